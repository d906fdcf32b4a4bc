namespace KoopmanMesh.Numerics.Training.Jumps;

/// <summary>How far <see cref="JumpController"/> jumps, and how often (methods S1, S4).</summary>
public sealed record JumpOptions
{
    /// <summary>The farthest that any jump may go.</summary>
    public const int MostSnapshots = 1_000_000;

    /// <summary>Snapshots ahead of the first proposal, 1 to 1,000,000; default 10.</summary>
    public int Horizon { get; init => field = Snapshots(value); } = 10;

    /// <summary>Most snapshots ahead, 1 to 1,000,000; default 200.</summary>
    public int LongestHorizon { get; init => field = Snapshots(value); } = 200;

    /// <summary>The horizon after a kept jump, times this; at least 1, default 2.</summary>
    public double Grow
    {
        get;
        init => field = value >= 1 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, "a kept jump multiplies the horizon by at least 1");
    } = 2;

    /// <summary>
    /// The horizon after a rejected jump, times this, and at least 1 snapshot; in (0, 1), default 0.5.
    /// </summary>
    public double Shrink
    {
        get;
        init => field = value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, "a rejected jump multiplies the horizon by a number in (0, 1)");
    } = 0.5;

    /// <summary>
    /// Snapshots that must have come since the last jump, kept or rejected, before the next: 3 to 1,000,000, default
    /// 20.
    /// </summary>
    public int Rest
    {
        get;
        init => field = value is >= 3 and <= MostSnapshots
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"a jump waits for 3 to {MostSnapshots} snapshots");
    } = 20;

    private static int Snapshots(int value) => value is >= 1 and <= MostSnapshots
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"a horizon is 1 to {MostSnapshots} snapshots");
}
