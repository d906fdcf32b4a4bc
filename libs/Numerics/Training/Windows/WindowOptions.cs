namespace KoopmanMesh.Numerics.Training.Windows;

/// <summary>
/// How a window of training is decomposed (methods P1.3, A4). Raw snapshots alone give wrong eigenvalues, for training
/// near an optimum is affine and not linear: a constant or at least two stacked snapshots are required. Immutable.
/// </summary>
public sealed record WindowOptions
{
    /// <summary>The default of <see cref="Delays"/> for observables of few values, such as norms and losses.</summary>
    public const int FewDelays = 4;

    /// <summary>The default of <see cref="RelativeTolerance"/> for float64 snapshots.</summary>
    public const double DoubleTolerance = 1e-8;

    /// <summary>
    /// The default of <see cref="RelativeTolerance"/> for float32 snapshots: their rounding is a direction of about
    /// 1e-8 of the largest, so that 1e-8 would take it for training.
    /// </summary>
    public const double SingleTolerance = 1e-6;

    private const int Longest = 1024;
    private const int MostDelays = 64;

    /// <summary>Snapshot pairs of a window, 3 to 1024. Default 20.</summary>
    public int Length { get; init => field = InRange(value, 3, Longest, "pairs of a window"); } = 20;

    /// <summary>Snapshots from one window to the next, 1 to 1024. Default 5.</summary>
    public int Hop { get; init => field = InRange(value, 1, Longest, "snapshots from window to window"); } = 5;

    /// <summary>q: snapshots stacked in one, newest first, 1 to 64. Default 1.</summary>
    public int Delays { get; init => field = InRange(value, 1, MostDelays, "snapshots stacked in one"); } = 1;

    /// <summary>Whether the constant is one more observable. Default true.</summary>
    public bool HasConstant { get; init; } = true;

    /// <summary>
    /// Directions with s_i > tolerance · s_1 are kept, in [0, 1). Default null: 1e-8, and 1e-6 for float32 snapshots.
    /// </summary>
    public double? RelativeTolerance
    {
        get;
        init => field = value is null or (>= 0 and < 1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "a relative tolerance lies in [0, 1)");
    }

    /// <summary>eta: a Ritz pair counts up to this residual, relative to ||B||; > 0. Default 1e-2.</summary>
    public double Residual
    {
        get;
        init => field = value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the residual trusted is more than 0");
    } = 1e-2;

    /// <summary>eps: |lambda - 1| up to which a mode is at rest, in (0, 1). Default 0.01.</summary>
    public double Nearness
    {
        get;
        init => field = value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "nearness to one lies in (0, 1)");
    } = 0.01;

    /// <summary>Snapshots that one window takes: Length + Delays.</summary>
    public int Snapshots => Length + Delays;

    /// <summary>Values of a window that are in memory at once; for tests.</summary>
    internal int SlabRows { get; init; } = TrajectorySlabs.DefaultRows;

    /// <summary>Throws unless there is a constant or two snapshots are stacked.</summary>
    /// <exception cref="ArgumentException">There is neither.</exception>
    public void Validate()
    {
        if (!HasConstant && Delays < 2)
        {
            throw new ArgumentException(
                "a window without the constant stacks at least 2 snapshots, got 1: raw snapshots alone give wrong "
                + "eigenvalues");
        }
    }

    /// <summary>The tolerance for these snapshots.</summary>
    internal double ToleranceFor(bool isSingle) => RelativeTolerance ?? (isSingle ? SingleTolerance : DoubleTolerance);

    private static int InRange(int value, int least, int most, string what) => value >= least && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"the {what} are {least} to {most}");
}
