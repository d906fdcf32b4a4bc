using System.Numerics.Tensors;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>The public doors' check of a batch.</summary>
internal static class SnapshotRows
{
    public const string Before = "before";
    public const string After = "after";

    /// <summary>
    /// Throws unless the span holds <paramref name="rows"/> finite rows; <paramref name="firstRow"/> is for the
    /// message.
    /// </summary>
    public static void Check(string side, ReadOnlySpan<float> values, int rows, int width, long firstRow)
    {
        if (rows < 0 || values.Length != (long)rows * width)
        {
            throw new SnapshotShapeException(side, rows, width, values.Length);
        }

        // One vectorised pass; the search for the culprit only when there is one.
        if (!TensorPrimitives.IsFiniteAll(values))
        {
            for (var i = 0; i < values.Length; i++)
            {
                if (!float.IsFinite(values[i]))
                {
                    throw new NonFiniteSnapshotException(firstRow + (i / width), i % width, side, values[i]);
                }
            }
        }
    }
}
