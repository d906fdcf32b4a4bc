using KoopmanMesh.Numerics.Fitting;

namespace KoopmanMesh.Numerics.Spectra;

/// <summary>How <see cref="Dmd"/> and <see cref="RefinedDmd"/> fit an operator to snapshot pairs.</summary>
public sealed record DmdOptions
{
    /// <summary>The default <see cref="RankCap"/>.</summary>
    public const int DefaultRankCap = 256;

    /// <summary>The default <see cref="RefineLimit"/>.</summary>
    public const int DefaultRefineLimit = 200;

    /// <summary>Directions of the snapshots to keep. Default s > 1e-8 s_1.</summary>
    public RankRule RankRule { get; init; } = new RankRule.RelTol(1e-8);

    /// <summary>
    /// At most this many directions, whatever the rule says; at least 1. Default 256; null for no cap.
    /// </summary>
    public int? RankCap { get; init; } = DefaultRankCap;

    /// <summary>
    /// Scale each pair by 1 / ||x_j|| before the rank is cut, so that small snapshots are not truncated away. It
    /// reweights the pairs: harmless for spectra, wrong for regression. Default true.
    /// </summary>
    public bool ColumnScaling { get; init; } = true;

    /// <summary>
    /// Refine this many Ritz pairs, largest |lambda| first (a conjugate more rather than half a pair). Default 200.
    /// </summary>
    public int RefineLimit { get; init; } = DefaultRefineLimit;

    /// <summary>Seed of the random range finder, used when the rank is capped far below the size. Default 0.</summary>
    public int Seed { get; init; }
}
