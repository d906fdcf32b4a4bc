namespace KoopmanMesh.Numerics.Training.Verdicts;

/// <summary>When training has converged (methods P1.4, a reconstruction [R]). Immutable.</summary>
public sealed record StopOptions
{
    /// <summary>rho: least share of the importance near one, in (0, 1]. Default 0.99.</summary>
    public double NearOneMass
    {
        get;
        init => field = value is > 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the mass near one lies in (0, 1]");
    } = 0.99;

    /// <summary>tau: most transient mass, relative to the snapshot's norm; ≥ 0. Default 1e-3.</summary>
    public double TransientMass
    {
        get;
        init => field = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the transient mass is not negative");
    } = 1e-3;

    /// <summary>A flat loss falls by at most this fraction of itself a snapshot; ≥ 0. Default 1e-4.</summary>
    public double LossSlope
    {
        get;
        init => field = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the slope of a flat loss is not negative");
    } = 1e-4;

    /// <summary>Consecutive windows that have to agree, 1 to 100. Default 3.</summary>
    public int Patience
    {
        get;
        init => field = value is >= 1 and <= 100
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the windows that agree are 1 to 100");
    } = 3;
}
