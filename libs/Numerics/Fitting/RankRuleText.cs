using System.Globalization;

using KoopmanMesh.Numerics.Estimators;

namespace KoopmanMesh.Numerics.Fitting;

/// <summary>Rank rules as people write them, on the command line, over gRPC and in operator files.</summary>
public static class RankRuleText
{
    /// <summary>The grammar in one line for each form.</summary>
    public const string Grammar = """
        full          everything above round-off
        8             at most 8
        tol:1e-8      singular values s > 1e-8 s1
        energy:0.99   the leading ones that hold 0.99 of the sum of s^2
        drop:1e-3     up to the first s that falls to 1e-3 of the one before
        optimal       the optimal threshold for white noise of unknown size (Gavish and Donoho 2014)
        optimal:0.1   the same for noise of standard deviation 0.1
        cv            the rank that predicts best what was not fitted, over 5 folds
        cv:10         the same over 10 folds
        cv:10:50      the same among the ranks 1 to 50
        """;

    private const string Forms = "full, 8, tol:1e-8, energy:0.99, drop:1e-3, optimal, optimal:0.1, cv or cv:10";
    private const int MostFolds = 100;

    /// <summary>The rule that <paramref name="text"/> names.</summary>
    /// <exception cref="FormatException">It names none, or its number is out of range.</exception>
    public static RankRule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (name, argument) = text.Split(':', 2) is [var first, var second] ? (first, second) : (text, null);
        return (name, argument) switch
        {
            ("full", null) => RankRule.Full,
            ("tol", not null) => new RankRule.RelTol(Number(text, argument, v => v is >= 0 and < 1, "[0, 1)")),
            ("energy", not null) => new RankRule.Energy(Number(text, argument, v => v is > 0 and <= 1, "(0, 1]")),
            ("drop", not null) => new RankRule.Consecutive(Number(text, argument, v => v is >= 0 and < 1, "[0, 1)")),
            ("optimal", null) => new RankRule.OptimalThreshold(),
            ("optimal", not null) => new RankRule.OptimalThreshold(
                Number(text, argument, v => v >= 0 && double.IsFinite(v), "[0, infinity)")),
            ("cv", null) => new CrossValidatedRank(),
            ("cv", not null) => CrossValidated(text, argument.Split(':')),
            (_, null) when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var rank)
                => rank >= 1
                    ? new RankRule.Fixed(rank)
                    : throw new FormatException(
                        $"the rank rule \"{text}\" keeps nothing, expected a rank of 1 or more"),
            _ => throw new FormatException($"the rank rule is \"{text}\", expected {Forms}"),
        };
    }

    /// <summary>What <see cref="Parse"/> reads back as an equal rule.</summary>
    public static string Format(RankRule rule) => rule switch
    {
        RankRule.RelTol { Tau: 0 } => "full",
        RankRule.Fixed { Rank: var rank } => Text($"{rank}"),
        RankRule.RelTol { Tau: var tau } => Text($"tol:{tau}"),
        RankRule.Energy { Eta: var eta } => Text($"energy:{eta}"),
        RankRule.Consecutive { Tau: var tau } => Text($"drop:{tau}"),
        RankRule.OptimalThreshold { NoiseStandardDeviation: { } sigma } => Text($"optimal:{sigma}"),
        RankRule.OptimalThreshold => "optimal",
        CrossValidatedRank { OneStandardError: true, MaxRank: { } most } cv => Text($"cv:{cv.Folds}:{most}"),
        CrossValidatedRank { OneStandardError: true } cv => Text($"cv:{cv.Folds}"),
        null => throw new ArgumentNullException(nameof(rule)),
        _ => throw new ArgumentException($"the rank rule {rule.GetType().Name} has no text form", nameof(rule)),
    };

    private static CrossValidatedRank CrossValidated(string text, string[] arguments)
    {
        var numbers = Array.ConvertAll(arguments, argument => int.TryParse(
            argument, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0);
        return numbers switch
        {
            [>= 2 and <= MostFolds and var folds] => new CrossValidatedRank(folds),
            [>= 2 and <= MostFolds and var folds, >= 1 and var most] => new CrossValidatedRank(folds, most),
            _ => throw new FormatException(
                $"the rank rule \"{text}\" is not cv:folds or cv:folds:rank with 2 to {MostFolds} folds"),
        };
    }

    private static double Number(string text, string argument, Func<double, bool> allowed, string range) =>
        double.TryParse(argument, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && allowed(value)
            ? value
            : throw new FormatException($"the rank rule \"{text}\" has no number in {range} after its colon");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
