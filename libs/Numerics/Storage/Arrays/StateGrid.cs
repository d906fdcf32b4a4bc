namespace KoopmanMesh.Numerics.Storage.Arrays;

/// <summary>
/// Where the numbers of a state lie: element (t, k, f) at t TrajectoryStride + k TimeStride + f FeatureStride.
/// </summary>
internal readonly record struct StateGrid
{
    private const long WidestState = 1 << 24;

    public required long Trajectories { get; init; }

    public required long Length { get; init; }

    public required long Width { get; init; }

    public required long TrajectoryStride { get; init; }

    public required long TimeStride { get; init; }

    public required long FeatureStride { get; init; }

    public static StateGrid Of(ArraySource source, SnapshotAxis axis)
    {
        var (header, sides) = (source.Header, source.Header.Shape);
        if (sides.Length > 3)
        {
            throw new ArrayFileException(
                $"'{source.Name}' has the shape {header.ShapeText}; "
                + "expected at most 3 axes: trajectory, feature, time");
        }

        var strides = header.Strides();
        var (time, feature) = axis == SnapshotAxis.Columns ? (sides.Length - 1, sides.Length - 2)
            : (Math.Max(sides.Length - 2, 0), sides.Length - 1);
        var single = sides.Length == 1;
        var grid = new StateGrid
        {
            Trajectories = sides.Length == 3 ? sides[0] : 1,
            TrajectoryStride = sides.Length == 3 ? strides[0] : 0,
            Length = sides[time],
            TimeStride = strides[time],
            Width = single ? 1 : sides[feature],
            FeatureStride = single ? 1 : strides[feature],
        };
        return grid.Width <= WidestState
            ? grid
            : throw new ArrayFileException(
                $"'{source.Name}' has states of {grid.Width} features; at most {WidestState} are supported");
    }
}
