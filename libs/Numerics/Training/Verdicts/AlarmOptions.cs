namespace KoopmanMesh.Numerics.Training.Verdicts;

/// <summary>When to judge an initialisation (methods P1.4, a reconstruction [R]). Immutable.</summary>
public sealed record AlarmOptions
{
    /// <summary>Snapshots that a run is judged on at least, when the plan decides (methods P1.4).</summary>
    public const int Fewest = 15;

    /// <summary>Snapshots after which a run is judged, 4 to 10,000. Default 15.</summary>
    public int JudgedAt
    {
        get;
        init => field = value is >= 4 and <= 10_000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the snapshots judged are 4 to 10000");
    } = Fewest;

    /// <summary>eps: what |lambda - 1| may be for a mode to be at rest, in (0, 1). Default 0.01.</summary>
    public double Nearness
    {
        get;
        init => field = value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "nearness to one lies in (0, 1)");
    } = 0.01;

    /// <summary>For a plan of that many snapshots: 10 % of it, but at least 15 and at most 10,000.</summary>
    public static AlarmOptions ForPlan(long snapshots) =>
        new() { JudgedAt = (int)Math.Clamp((snapshots + 9) / 10, Fewest, 10_000) };
}
