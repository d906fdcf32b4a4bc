namespace KoopmanMesh.Numerics.Storage.Arrays;

/// <summary>Along which axis of a stored array time runs.</summary>
public enum SnapshotAxis
{
    /// <summary>A snapshot is a column: [feature, time], or [trajectory, feature, time].</summary>
    Columns,

    /// <summary>A snapshot is a row: [time, feature], or [trajectory, time, feature].</summary>
    Rows,
}
