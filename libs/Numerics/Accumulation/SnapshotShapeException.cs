namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>A batch of snapshots does not hold as many values as its shape says.</summary>
/// <param name="side">"before" or "after" the component.</param>
/// <param name="rows">Snapshots announced.</param>
/// <param name="width">Features a snapshot has on that side.</param>
/// <param name="actual">Values received.</param>
public sealed class SnapshotShapeException(string side, int rows, int width, int actual) : Exception(
    $"got {actual} values {side} the component, expected {rows} rows of {width} features = {(long)rows * width}")
{
    /// <summary>Values that the shape asks for.</summary>
    public long Expected { get; } = (long)rows * width;

    /// <summary>Values received.</summary>
    public int Actual { get; } = actual;
}
