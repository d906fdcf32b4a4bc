using KoopmanMesh.Numerics.Fitting;

namespace KoopmanMesh.Numerics.Online;

/// <summary>How <see cref="StreamingDmd"/> grows and cuts its bases.</summary>
public sealed record StreamingDmdOptions
{
    /// <summary>The default of <see cref="MaxRank"/>.</summary>
    public const int DefaultMaxRank = 64;

    /// <summary>
    /// r0 ≥ 1: a basis that has grown to 2 r0 directions is cut back to the leading r0. Default 64.
    /// </summary>
    public int MaxRank
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "a basis holds at least 1 direction");
    } = DefaultMaxRank;

    /// <summary>
    /// A snapshot adds a direction when more than this fraction of its norm lies outside the basis, in (0, 1). Default
    /// 1e-10.
    /// </summary>
    public double Tolerance
    {
        get;
        init => field = value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the tolerance lies in (0, 1)");
    } = 1e-10;

    /// <summary>Directions an operator keeps; round-off is sqrt(r eps) here. Default s > 1e-7 s_1.</summary>
    public RankRule RankRule { get; init; } = new RankRule.RelTol(1e-7);

    /// <summary>dt of the operators. Default 1.</summary>
    public double TimeStep
    {
        get;
        init => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "a time step is positive and finite");
    } = 1;
}
