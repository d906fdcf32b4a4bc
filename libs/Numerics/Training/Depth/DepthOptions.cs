namespace KoopmanMesh.Numerics.Training.Depth;

/// <summary>How depth is read off a spectrum (methods P1.5, the idea recalled, the formulas [R]). Immutable.</summary>
public sealed record DepthOptions
{
    /// <summary>delta: most |log| by which one layer changes an eigenfunction; > 0. Default 0.3.</summary>
    public double Change
    {
        get;
        init => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the change of a layer is positive");
    } = DepthRule.DefaultChange;

    /// <summary>Of the contraction rule: what it contracts to, in (0, 1). Default 0.01.</summary>
    public double Tolerance
    {
        get;
        init => field = value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the tolerance lies in (0, 1)");
    } = DepthRule.DefaultTolerance;

    /// <summary>The dictionary, see <see cref="Observables.ObservablesSpec.Grammar"/>. Default "affine".</summary>
    public string Dictionary { get; init; } = "affine";

    /// <summary>
    /// eta: a pair counts where res(lambda, phi) ≤ eta |lambda|, which is how well log lambda is known; > 0. Default
    /// 1e-2. Maps with noise on their outputs need more.
    /// </summary>
    public double Residual
    {
        get;
        init => field = value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the residual trusted is more than 0");
    } = 1e-2;

    /// <summary>Most directions, 1 to 1024; null for those above 1e-8 of the largest. Default null.</summary>
    public int? Rank
    {
        get;
        init => field = value is null or (>= 1 and <= 1024)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the directions kept are 1 to 1024");
    }
}
