namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>How weights are predicted (methods P3.3).</summary>
public sealed record ForecastOptions
{
    /// <summary>The default of <see cref="RelativeTolerance"/> for float64.</summary>
    public const double DoubleTolerance = 1e-10;

    /// <summary>The default of <see cref="RelativeTolerance"/> for float32: finer directions are rounding.</summary>
    public const double SingleTolerance = 1e-6;

    /// <summary>The most snapshots stacked in one.</summary>
    public const int MostDelays = 64;

    /// <summary>What moves on its own. Default <see cref="Forecasting.Partition.Node"/>.</summary>
    public Partition Partition { get; init; } = new Partition.Node();

    /// <summary>
    /// Whether the constant is an observable, so that a block moves by y = K x + b. Default true: near an optimum
    /// training is affine, and without a constant or a delay the eigenvalues are wrong (methods T13).
    /// </summary>
    public bool HasConstant { get; init; } = true;

    /// <summary>q, snapshots stacked in one, newest first; 1 to 64, default 1.</summary>
    public int Delays
    {
        get;
        init => field = value is >= 1 and <= MostDelays
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"the snapshots stacked in one are 1 to {MostDelays}");
    } = 1;

    /// <summary>
    /// Directions with s_i > tolerance · s_1 are kept, in [0, 1); null is 1e-10, or 1e-6 for float32. No tolerance
    /// keeps a direction at the level of the snapshots' own rounding.
    /// </summary>
    public double? RelativeTolerance
    {
        get;
        init => field = value is null or (>= 0 and < 1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "a relative tolerance lies in [0, 1)");
    }

    /// <summary>
    /// Eigenvalues beyond this modulus are moved onto it, so that no mode grows faster; more than 0. Default 1.
    /// Infinity clips nothing, as published.
    /// </summary>
    public double Clip
    {
        get;
        init => field = value > 0
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, "the modulus that eigenvalues are clipped to is more than 0");
    } = 1;

    /// <summary>Most directions of a block, at least 1; null keeps all within the tolerance.</summary>
    public int? Rank
    {
        get;
        init => field = value is null or >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "a block has at least 1 direction");
    }

    /// <summary>Snapshots to fit, the last ones, at least 3; null takes all.</summary>
    public int? Snapshots
    {
        get;
        init => field = value is null or >= 3
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "a fit takes at least 3 snapshots");
    }

    /// <summary>The tolerance for snapshots of this precision.</summary>
    internal double ToleranceFor(bool isSingle) =>
        RelativeTolerance ?? (isSingle ? SingleTolerance : DoubleTolerance);
}
