using System.Globalization;

using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using Wire = KoopmanMesh.Operator.V1.RankRule;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>Options as they travel, to options as the catalogue takes them: what is left out stays left out.</summary>
internal static class FitOptionsMapping
{
    private const int MostOptions = 64;
    private const int LongestText = 1024;

    public static EstimatorRequest ToRequest(this FitOptions? options)
    {
        options ??= new FitOptions();
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (options.Rank is { RuleCase: not Wire.RuleOneofCase.None } rank)
        {
            values["rank"] = rank.ToText();
        }

        AddUnlessZero(values, "delays", options.Delays);
        AddUnlessZero(values, "bootstraps", options.Bootstraps);
        AddUnlessZero(values, "seed", options.Seed);
        if (options.Dictionary.Length > 0)
        {
            values["dictionary"] = options.Dictionary;
        }

        if (options.HasHoldOut)
        {
            values["hold-out"] = Text(options.HoldOut);
        }

        if (options.HasColumnScaling)
        {
            values["column-scaling"] = options.ColumnScaling ? "true" : "false";
        }

        AddOwn(values, options);
        return new EstimatorRequest(
            options.Method.Length == 0 ? EstimatorCatalogue.DefaultMethod : options.Method, values);
    }

    private static string ToText(this Wire rule) => rule.RuleCase switch
    {
        Wire.RuleOneofCase.Text => rule.Text,
        Wire.RuleOneofCase.Full when rule.Full => "full",
        Wire.RuleOneofCase.Fixed => rule.Fixed.ToString(CultureInfo.InvariantCulture),
        Wire.RuleOneofCase.RelativeTolerance => $"tol:{Text(rule.RelativeTolerance)}",
        Wire.RuleOneofCase.Energy => $"energy:{Text(rule.Energy)}",
        Wire.RuleOneofCase.Drop => $"drop:{Text(rule.Drop)}",
        Wire.RuleOneofCase.OptimalThreshold when rule.OptimalThreshold.HasNoise =>
            $"optimal:{Text(rule.OptimalThreshold.Noise)}",
        Wire.RuleOneofCase.OptimalThreshold => "optimal",
        Wire.RuleOneofCase.CrossValidated when rule.CrossValidated.Folds == 0 => "cv",
        Wire.RuleOneofCase.CrossValidated => $"cv:{rule.CrossValidated.Folds.ToString(CultureInfo.InvariantCulture)}",
        _ => throw new InvalidRequestException(
            "OPTIONS_INVALID", "options.rank.full is false, expected true or another rule", "header.options.rank.full"),
    };

    private static void AddOwn(Dictionary<string, string> values, FitOptions options)
    {
        if (options.MethodOptions.Count > MostOptions)
        {
            throw new InvalidRequestException(
                "OPTIONS_INVALID", $"got {options.MethodOptions.Count} method options, allowed are {MostOptions}",
                "header.options.method_options");
        }

        foreach (var (name, value) in options.MethodOptions)
        {
            if (name.Length > LongestText || value.Length > LongestText || !values.TryAdd(name, value))
            {
                throw new InvalidRequestException(
                    "OPTIONS_INVALID",
                    $"the method option {name[..Math.Min(name.Length, 64)]} is given twice or has more than "
                    + $"{LongestText} characters",
                    "header.options.method_options");
            }
        }
    }

    private static void AddUnlessZero(Dictionary<string, string> values, string name, int value)
    {
        if (value != 0)
        {
            values[name] = value.ToString(CultureInfo.InvariantCulture);
        }
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
