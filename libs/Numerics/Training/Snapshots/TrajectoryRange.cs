namespace KoopmanMesh.Numerics.Training.Snapshots;

/// <summary>Consecutive snapshots of a trajectory, as a trajectory. Nothing is copied.</summary>
public sealed class TrajectoryRange : ITrajectory
{
    private readonly ITrajectory _whole;
    private readonly int _first;

    /// <summary>Snapshots first … first + count - 1 of another.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are not all there.</exception>
    public TrajectoryRange(ITrajectory whole, int first, int count)
    {
        ArgumentNullException.ThrowIfNull(whole);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, whole.Snapshots.Count, nameof(count));
        (_whole, _first) = (whole, first);
        Snapshots = [.. whole.Snapshots.Skip(first).Take(count)];
    }

    /// <inheritdoc/>
    public ParameterLayout Layout => _whole.Layout;

    /// <inheritdoc/>
    public IReadOnlyList<Snapshot> Snapshots { get; }

    /// <inheritdoc/>
    public bool IsSingle => _whole.IsSingle;

    /// <inheritdoc/>
    public void Read(int index, long first, Span<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Snapshots.Count);
        _whole.Read(_first + index, first, values);
    }
}
