namespace KoopmanMesh.Credit.Scoring;

/// <summary>How credits are given intervals.</summary>
internal sealed record BootstrapOptions
{
    /// <summary>Replicates; at least 2, default 200.</summary>
    public int Replicates { get; init; } = 200;

    /// <summary>Seeds the draw of row blocks; default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Quantile of the lower end of an interval; default 0.05.</summary>
    public double Lower { get; init; } = 0.05;

    /// <summary>Quantile of its upper end; default 0.95.</summary>
    public double Upper { get; init; } = 0.95;

    /// <summary>Tolerances, those of the score the intervals belong to.</summary>
    public ScoringOptions Scoring { get; init; } = new();

    /// <exception cref="ArgumentOutOfRangeException">A setting lies outside its range.</exception>
    public void Require()
    {
        if (Replicates < 2)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Replicates), Replicates, $"a bootstrap takes at least 2 replicates, got {Replicates}");
        }

        if (!(Lower >= 0 && Lower < Upper && Upper <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(Lower),
                Lower,
                $"an interval runs between quantiles 0 <= lower < upper <= 1, got {Lower} and {Upper}");
        }

        Scoring.Require();
    }
}
