using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Contracts.Analysis;

/// <summary>What a zero in <see cref="ReplacementOptions"/> means, and what each option may be.</summary>
public static class ReplacementDefaults
{
    /// <summary>Most accuracy that may be lost when no budget is named.</summary>
    public const double AccuracyLoss = 0.005;

    /// <summary>Rows that a conformal bound may miss.</summary>
    public const double Alpha = 0.01;

    /// <summary>Share of the rows that fits see.</summary>
    public const double FitFraction = 0.5;

    /// <summary>Share of the rows that choices are made on.</summary>
    public const double SelectFraction = 0.15;

    /// <summary>Share of the rows that conformal bounds are calibrated on.</summary>
    public const double CalibrateFraction = 0.15;

    /// <summary>Components in a region.</summary>
    public const int LongestRegion = 4;

    /// <summary>Candidates that are evaluated.</summary>
    public const int Candidates = 400;

    /// <summary>Hybrids that are exported.</summary>
    public const int Exports = 8;

    /// <summary>Relative tolerance of the rank rule.</summary>
    public const double RankTolerance = AnalysisDefaults.RankTolerance;

    private const int MostRegions = 64;
    private const int MostLifts = 32;
    private const int MostRanks = 32;
    private const int WidestRank = 65_536;

    /// <summary>A copy with every default filled in that does not depend on the network.</summary>
    /// <exception cref="AnalysisOptionsException">An option is out of its range; the message names all that
    /// are.</exception>
    public static ReplacementOptions Resolve(ReplacementOptions? options)
    {
        var resolved = options?.Clone() ?? new ReplacementOptions();
        resolved.Budget ??= new Budget();
        if (!resolved.Budget.HasAccuracyLoss && !resolved.Budget.HasLatencyRatio)
        {
            resolved.Budget.AccuracyLoss = AccuracyLoss;
        }

        resolved.Profile = resolved.Profile == Profile.Unspecified ? Profile.Any : resolved.Profile;
        resolved.Box ??= new InputBox { Data = new DataBox() };
        resolved.Alpha = Or(resolved.Alpha, Alpha);
        resolved.FitFraction = Or(resolved.FitFraction, FitFraction);
        resolved.SelectFraction = Or(resolved.SelectFraction, SelectFraction);
        resolved.CalibrateFraction = Or(resolved.CalibrateFraction, CalibrateFraction);
        resolved.LongestRegion = Or(resolved.LongestRegion, LongestRegion);
        resolved.Candidates = Or(resolved.Candidates, Candidates);
        resolved.Exports = Or(resolved.Exports, Exports);
        resolved.RankTolerance = Or(resolved.RankTolerance, RankTolerance);
        Validate(resolved);
        return resolved;
    }

    private static double Or(double value, double fallback) => value == 0 ? fallback : value;

    private static int Or(int value, int fallback) => value == 0 ? fallback : value;

    private static void Validate(ReplacementOptions options)
    {
        var violations = new List<string>();
        Require(options.Regions.Count, 0, MostRegions, "the number of regions");
        Require(options.Lifts.Count, 0, MostLifts, "the number of lifts");
        Require(options.Ranks.Count, 0, MostRanks, "the number of ranks");
        foreach (var rank in options.Ranks)
        {
            Require(rank, 0, WidestRank, "a rank");
        }

        Require(options.LongestRegion, 1, 64, "longestRegion");
        Require(options.Candidates, 1, 2000, "candidates");
        Require(options.Exports, 1, 64, "exports");
        Require(options.RankTolerance, 0, 1, "rankTolerance");
        RequireWithin(options.Alpha, "alpha");
        RequireWithin(options.FitFraction, "fitFraction");
        RequireWithin(options.SelectFraction, "selectFraction");
        RequireWithin(options.CalibrateFraction, "calibrateFraction");
        if (options.FitFraction + options.SelectFraction + options.CalibrateFraction is var sum and >= 1)
        {
            violations.Add(FormattableString.Invariant($"fitFraction, selectFraction and calibrateFraction sum to ")
                + FormattableString.Invariant($"{sum:0.###}, expected less than 1, for the rest is reported on"));
        }

        if (options.Box.Data is { } data)
        {
            Require(data.Margin, 0, 1000, "box.data.margin");
        }

        if (options.Budget.HasAccuracyLoss)
        {
            Require(options.Budget.AccuracyLoss, 0, 1, "budget.accuracyLoss");
        }

        if (options.Budget.HasLatencyRatio && !(options.Budget.LatencyRatio is > 0 and <= 100))
        {
            violations.Add(FormattableString.Invariant(
                $"budget.latencyRatio is {options.Budget.LatencyRatio}, expected more than 0, at most 100"));
        }

        if (violations.Count > 0)
        {
            throw new AnalysisOptionsException(violations);
        }

        void Require(double value, double low, double high, string name)
        {
            if (!(value >= low && value <= high))
            {
                violations.Add(FormattableString.Invariant($"{name} is {value}, expected {low} to {high}"));
            }
        }

        void RequireWithin(double value, string name)
        {
            if (!(value is > 0 and < 1))
            {
                violations.Add(FormattableString.Invariant($"{name} is {value}, expected more than 0, less than 1"));
            }
        }
    }
}
