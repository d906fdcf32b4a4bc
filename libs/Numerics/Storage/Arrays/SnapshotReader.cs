namespace KoopmanMesh.Numerics.Storage.Arrays;

/// <summary>
/// The states of a stored array one after the other, trajectory by trajectory, as doubles, in bounded memory whatever
/// the array's order. Shapes: [time] is one feature; [feature, time]; [trajectory, feature, time]; with <see
/// cref="SnapshotAxis.Rows"/> time comes before the feature. Not thread-safe; the source stays the caller's.
/// </summary>
public sealed class SnapshotReader
{
    private readonly IStateLayout _layout;
    private long _trajectory;
    private long _next;

    /// <summary>Over an array of one to three axes.</summary>
    /// <exception cref="ArrayFileException">It has more axes, or states of more than 2^24 features.</exception>
    public SnapshotReader(ArraySource source, SnapshotAxis axis)
    {
        ArgumentNullException.ThrowIfNull(source);
        var grid = StateGrid.Of(source, axis);
        (Width, Length, Trajectories) = ((int)grid.Width, grid.Length, grid.Trajectories);
        var reader = new ElementReader(source, source.Content);
        _layout = grid switch
        {
            { FeatureStride: 1 } when grid.TimeStride == grid.Width => new ContiguousStates(reader, grid),
            { TimeStride: 1 } => new TransposedStates(reader, grid),
            _ => new InterleavedStates(source, grid),
        };
    }

    /// <summary>n.</summary>
    public int Width { get; }

    /// <summary>Snapshots of each trajectory.</summary>
    public long Length { get; }

    /// <summary>Trajectories, ≥ 1.</summary>
    public long Trajectories { get; }

    /// <summary>Snapshots that were read.</summary>
    public long Position => (_trajectory * Length) + _next;

    /// <summary>
    /// Reads the next states of one trajectory, each <see cref="Width"/> long, as many as fit; returns how many: 0 at
    /// the end of the array.
    /// </summary>
    /// <exception cref="ArrayFileException">The file became shorter since it was opened.</exception>
    public int Read(Span<double> states)
    {
        if (_trajectory == Trajectories)
        {
            return 0;
        }

        var count = (int)Math.Min(states.Length / Width, Length - _next);
        _layout.Read(_trajectory, _next, count, states[..(count * Width)]);
        _next += count;
        if (_next == Length)
        {
            (_trajectory, _next) = (_trajectory + 1, 0);
        }

        return count;
    }
}
