namespace KoopmanMesh.Numerics.Training.Snapshots;

/// <summary>
/// The snapshots of a training run, w_0 … w_m in R^p, evenly spaced in steps and without a break. Values may lie in a
/// file larger than memory, so whoever reads takes slabs of parameters over all snapshots. Thread-safe.
/// </summary>
public interface ITrajectory
{
    /// <summary>What the p values are.</summary>
    ParameterLayout Layout { get; }

    /// <summary>The m + 1 snapshots, in order.</summary>
    IReadOnlyList<Snapshot> Snapshots { get; }

    /// <summary>Whether the values are float32, exact to 6e-8 of each.</summary>
    bool IsSingle { get; }

    /// <summary>Values first … first + values.Length - 1 of snapshot <paramref name="index"/>, all finite.</summary>
    void Read(int index, long first, Span<double> values);
}
