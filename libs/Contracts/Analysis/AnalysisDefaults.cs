using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Contracts.Analysis;

/// <summary>
/// What a zero in <see cref="AnalysisOptions"/> means, and what each option may be. Values and reasons: methods.md
/// P0.7.
/// </summary>
public static class AnalysisDefaults
{
    /// <summary>tau of the rank rule: float32 activations carry no more digits.</summary>
    public const double RankTolerance = 1e-5;

    /// <summary>
    /// Relative tolerance of pseudo-determinants: float32 activations (methods N12) round what is zero to 1e-8.
    /// </summary>
    public const double PdetTolerance = 1e-6;

    /// <summary>Relative tolerance on covariance eigenvalues in the canonical metric.</summary>
    public const double CovarianceTolerance = 1e-6;

    /// <summary>Bootstrap replicates.</summary>
    public const int Bootstraps = 200;

    /// <summary>Row blocks.</summary>
    public const int Blocks = 40;

    /// <summary>Share of the row blocks held out.</summary>
    public const double HoldOut = 0.2;

    /// <summary>Self-iteration steps.</summary>
    public const int Steps = 4;

    /// <summary>Delay blocks.</summary>
    public const int Delays = 2;

    /// <summary>Weight of a later step's pair.</summary>
    public const double StepDecay = 0.5;

    /// <summary>Rows of the spectrum fit.</summary>
    public const int SpectrumRows = 2048;

    /// <summary>Widest cut that is not compressed.</summary>
    public const int MaxWidth = 2048;

    /// <summary>Rows of the audit.</summary>
    public const int AuditRows = 10_000;

    /// <summary>Rows on which parity is proven.</summary>
    public const int ParityRows = 2048;

    /// <summary>Rows of a shard.</summary>
    public const long ShardRows = 1 << 20;

    /// <summary>Shuffles of a permutation test.</summary>
    public const int Permutations = 1000;

    /// <summary>A copy with every default filled in.</summary>
    /// <exception cref="AnalysisOptionsException">An option is out of its range; the message names all that
    /// are.</exception>
    public static AnalysisOptions Resolve(AnalysisOptions? options)
    {
        var resolved = options?.Clone() ?? new AnalysisOptions();
        resolved.Alignment = resolved.Alignment == Alignment.Unspecified ? Alignment.ZeroPad : resolved.Alignment;
        resolved.StepSource =
            resolved.StepSource == StepSource.Unspecified ? StepSource.SelfIteration : resolved.StepSource;
        resolved.Accumulator =
            resolved.Accumulator == AccumulatorKind.Unspecified ? AccumulatorKind.Gram : resolved.Accumulator;
        resolved.RankTolerance = Or(resolved.RankTolerance, RankTolerance);
        resolved.PdetTolerance = Or(resolved.PdetTolerance, PdetTolerance);
        resolved.CovarianceTolerance = Or(resolved.CovarianceTolerance, CovarianceTolerance);
        resolved.Bootstraps = Or(resolved.Bootstraps, Bootstraps);
        resolved.Blocks = Or(resolved.Blocks, Blocks);
        resolved.HoldOut = Or(resolved.HoldOut, HoldOut);
        resolved.Steps = Or(resolved.Steps, Steps);
        resolved.Delays = Or(resolved.Delays, Delays);
        resolved.StepDecay = Or(resolved.StepDecay, StepDecay);
        resolved.SpectrumRows = Or(resolved.SpectrumRows, SpectrumRows);
        resolved.MaxWidth = Or(resolved.MaxWidth, MaxWidth);
        resolved.AuditRows = Or(resolved.AuditRows, AuditRows);
        resolved.ParityRows = Or(resolved.ParityRows, ParityRows);
        resolved.ShardRows = resolved.ShardRows == 0 ? ShardRows : resolved.ShardRows;
        resolved.Permutations = Or(resolved.Permutations, Permutations);
        Validate(resolved);
        return resolved;
    }

    private static double Or(double value, double fallback) => value == 0 ? fallback : value;

    private static int Or(int value, int fallback) => value == 0 ? fallback : value;

    private static void Validate(AnalysisOptions options)
    {
        var violations = new List<string>();
        Require(options.RankTolerance, 0, 1, "rankTolerance");
        Require(options.PdetTolerance, 0, 1, "pdetTolerance");
        Require(options.CovarianceTolerance, 0, 1, "covarianceTolerance");
        Require(options.Bootstraps, -1, 100_000, "bootstraps");
        Require(options.Blocks, 2, 1000, "blocks");
        Require(options.HoldOut, 0, 0.9, "holdOut");
        Require(options.Steps, 1, 64, "steps");
        Require(options.Delays, 1, 32, "delays");
        Require(options.StepDecay, 0, 1, "stepDecay");
        Require(options.SpectrumRows, 1, 1 << 20, "spectrumRows");
        Require(options.MaxWidth, 8, 8192, "maxWidth");
        Require(options.AuditRows, -1, 10_000_000, "auditRows");
        Require(options.ParityRows, 1, 10_000_000, "parityRows");
        Require(options.ShardRows, 1, 1L << 40, "shardRows");
        Require(options.Permutations, 1, 1_000_000, "permutations");
        if (options.Delays > options.Steps)
        {
            violations.Add($"delays is {options.Delays}, expected at most steps ({options.Steps})");
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
    }
}
