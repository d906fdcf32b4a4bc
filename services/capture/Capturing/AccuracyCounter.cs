namespace KoopmanMesh.Capture.Capturing;

/// <summary>Counts the rows whose largest output is their label's.</summary>
internal sealed class AccuracyCounter(int[] labels)
{
    public long Correct { get; private set; }

    /// <summary>Adds a batch of outputs, [rows, classes] row-major.</summary>
    public void Add(ReadOnlySpan<float> outputs, long firstRow, int rows)
    {
        var classes = outputs.Length / rows;
        for (var i = 0; i < rows; i++)
        {
            Correct += IsCorrect(outputs.Slice(i * classes, classes), labels[firstRow + i]) ? 1 : 0;
        }
    }

    public static bool IsCorrect(ReadOnlySpan<float> outputs, int label) =>
        System.Numerics.Tensors.TensorPrimitives.IndexOfMax(outputs) == label;
}
