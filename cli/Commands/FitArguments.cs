using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.Storage.Arrays;
using KoopmanMesh.Operator.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>The options of <c>fit</c>, each with the sentence that <c>--help</c> shows.</summary>
internal sealed class FitArguments
{
    public Argument<string> States { get; } = new("X")
    {
        Description =
            "Snapshots, features x time: an NPY, NPZ or safetensors file, FILE:NAME for one of several arrays in it. "
            + "One file is a trajectory; 3 axes are trajectory x feature x time.",
    };

    public Argument<string?> Successors { get; } = new("Y")
    {
        Description = "Then X and Y are pairs: column j of Y follows column j of X, in no order.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Option<string?> Method { get; } = new("--method")
    {
        Description = "How to fit: " + string.Join(", ", EstimatorCatalogue.Methods.Select(m => m.Name))
            + $" (default {EstimatorCatalogue.DefaultMethod}); koopmesh methods tells them apart.",
        HelpName = "NAME",
    };

    public Option<string?> Rank { get; } = new("--rank")
    {
        Description =
            "Directions to keep: full, 8 (at most), tol:1e-8, energy:0.99, drop:1e-3, optimal, optimal:NOISE, cv or "
            + "cv:FOLDS (default tol:1e-8).",
        HelpName = "RULE",
    };

    public Option<int> Delays { get; } = new("--delays")
    {
        Description = "Snapshots stacked in one state, newest first: for fewer sensors than modes (default 1).",
        HelpName = "N",
        Validators = { Within("--delays", 1, 1024) },
    };

    public Option<string?> Dictionary { get; } = new("--dictionary")
    {
        Description =
            "Observables joined by +: identity, affine, poly:DEGREE, rbf:COUNT, rff:COUNT, ... "
            + "(all of them: koopmesh methods), e.g. affine+poly:3.",
        HelpName = "TERMS",
    };

    public Option<string?> Inputs { get; } = new("--inputs")
    {
        Description = "Inputs that act from each snapshot to the next, inputs x time, for --method control.",
        HelpName = "FILE",
    };

    public Option<double> TimeStep { get; } = new("--dt")
    {
        Description = "Time from one snapshot to the next, in the unit that frequencies are wanted in (default 1).",
        HelpName = "TIME",
        CustomParser = result => ParseNumber(result, "--dt", value => value > 0, "a number above 0"),
    };

    public Option<string?> Times { get; } = new("--times")
    {
        Description = "Ascending times of the snapshots when they are uneven, for methods that fit in time.",
        HelpName = "FILE",
    };

    public Option<double?> HoldOut { get; } = new("--hold-out")
    {
        Description = "Fraction of the pairs that tests a fit of the others (default 0.2; 0 for none).",
        HelpName = "FRACTION",
        CustomParser = result => ParseNumber(
            result, "--hold-out", value => value is >= 0 and < 1, "a fraction of at least 0 and below 1"),
    };

    public Option<int> Bootstrap { get; } = new("--bootstrap")
    {
        Description = "Replicates for intervals of the eigenvalues (default none).",
        HelpName = "N",
        Validators = { Within("--bootstrap", 0, 10_000) },
    };

    public Option<int> Seed { get; } = new("--seed")
    {
        Description = "Seeds every random draw; the same seed gives the same operator.",
        HelpName = "N",
    };

    public Option<string?> Accumulator { get; } = new Option<string?>("--accumulator")
    {
        Description =
            "How streamed pairs are summed up: qr (default), gram (faster, half the digits) or sketch (very wide).",
        HelpName = "gram|qr|sketch",
    }.AcceptOnlyFromAmong("gram", "qr", "sketch");

    public Option<bool?> ColumnScaling { get; } = new("--column-scaling")
    {
        Description = "Scale every pair by the norm of its state: harmless for spectra, wrong for nonlinear maps.",
        HelpName = "true|false",
    };

    public Option<string[]> Set { get; } = new("--set")
    {
        Description =
            "An option of the method itself, e.g. --set penalty=1e-6, or several; koopmesh methods NAME lists them.",
        HelpName = "KEY=VALUE",
        Validators = { RequireAssignments },
    };

    public Option<string> Snapshots { get; } = SnapshotsOption();

    public Option<string?> Output { get; } = new("--output")
    {
        Description = "Where the operator goes, a safetensors file; koopmesh predict reads it.",
        HelpName = "FILE",
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print the result as JSON on standard output, and nothing else.",
    };

    public EndpointArguments Endpoint { get; } = new();

    public void AddTo(Command command)
    {
        command.Arguments.Add(States);
        command.Arguments.Add(Successors);
        Option[] options =
        [
            Method, Rank, Delays, Dictionary, Inputs, TimeStep, Times, HoldOut, Bootstrap, Seed, Accumulator,
            ColumnScaling, Set, Snapshots, Output, Json, .. Endpoint.All,
        ];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
    }

    public FitSettings Bind(ParseResult result) => new()
    {
        States = result.GetRequiredValue(States),
        Successors = result.GetValue(Successors),
        Inputs = result.GetValue(Inputs),
        Times = result.GetValue(Times),
        Axis = AxisOf(result.GetValue(Snapshots)),
        TimeStep = result.GetValue(TimeStep),
        Options = BindOptions(result),
        Summary = result.GetValue(Accumulator) switch
        {
            "gram" => SummaryKind.Gram,
            "qr" => SummaryKind.Qr,
            "sketch" => SummaryKind.Sketch,
            _ => SummaryKind.Unspecified,
        },
        Output = result.GetValue(Output),
        Json = result.GetValue(Json),
        Endpoint = Endpoint.Bind(result),
    };

    internal static Option<string> SnapshotsOption() => new Option<string>("--snapshots")
    {
        Description = "Whether a snapshot is a column of the arrays or a row.",
        HelpName = "columns|rows",
        DefaultValueFactory = _ => "columns",
    }.AcceptOnlyFromAmong("columns", "rows");

    internal static SnapshotAxis AxisOf(string? text) => text == "rows" ? SnapshotAxis.Rows : SnapshotAxis.Columns;

    /// <summary>How the command line writes an option of the catalogue.</summary>
    internal static string FlagOf(string option) => option switch
    {
        "rank" or "delays" or "dictionary" or "hold-out" or "seed" or "column-scaling" => $"--{option}",
        "bootstraps" => "--bootstrap",
        _ => $"--set {option}=",
    };

    private FitOptions BindOptions(ParseResult result)
    {
        var options = new FitOptions
        {
            Method = result.GetValue(Method) ?? "",
            Rank = result.GetValue(Rank) is { } rank ? new RankRule { Text = rank } : null,
            Delays = result.GetValue(Delays),
            Dictionary = result.GetValue(Dictionary) ?? "",
            Bootstraps = result.GetValue(Bootstrap),
            Seed = result.GetValue(Seed),
        };
        if (result.GetValue(HoldOut) is { } holdOut)
        {
            options.HoldOut = holdOut;
        }

        if (result.GetValue(ColumnScaling) is { } scaling)
        {
            options.ColumnScaling = scaling;
        }

        foreach (var assignment in result.GetValue(Set) ?? [])
        {
            var equals = assignment.IndexOf('=', StringComparison.Ordinal);
            options.MethodOptions[assignment[..equals]] = assignment[(equals + 1)..];
        }

        return options;
    }

    private static void RequireAssignments(OptionResult result)
    {
        foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
        {
            result.AddError($"--set got '{token.Value}'; expected KEY=VALUE");
        }
    }

    internal static double ParseNumber(ArgumentResult result, string name, Func<double, bool> allowed, string expected)
    {
        var text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value) && allowed(value))
        {
            return value;
        }

        result.AddError($"{name} got '{text}'; expected {expected}");
        return 0;
    }

    internal static Action<OptionResult> Within(string name, long minimum, long maximum) => result =>
    {
        if (result.Tokens.Count > 0
            && (!long.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var value)
                || value < minimum || value > maximum))
        {
            result.AddError(
                $"{name} got '{result.Tokens[0].Value}'; expected a whole number from {minimum} to {maximum}");
        }
    };
}
