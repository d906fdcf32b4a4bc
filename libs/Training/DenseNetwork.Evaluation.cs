using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Training;

public sealed partial class DenseNetwork<T>
{
    // Rows that pass through all layers before the next ones: their activations stay in the caches.
    private const int Block = 1_024;

    /// <summary>The outputs of rows, both row-major. Blocks of rows run side by side.</summary>
    /// <param name="algebra">What multiplies.</param>
    /// <param name="rows">Any number of rows of the first width.</param>
    /// <param name="outputs">As many rows of the last width.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public void Predict(ILinearAlgebra algebra, ReadOnlyMemory<T> rows, Memory<T> outputs)
    {
        var after = new Memory<T>[_layers.Length];
        after[^1] = outputs;
        Activations(algebra, rows, after);
    }

    /// <summary>
    /// What rows become after every layer (after its ReLU where it has one), row-major. Blocks of rows run side by
    /// side.
    /// </summary>
    /// <param name="algebra">What multiplies.</param>
    /// <param name="rows">Any number of rows of the first width.</param>
    /// <param name="after">
    /// One buffer a layer, as many rows of the layer's outputs; an empty one is not filled. The layers behind the last
    /// that is wanted are not computed.
    /// </param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public void Activations(ILinearAlgebra algebra, ReadOnlyMemory<T> rows, IReadOnlyList<Memory<T>> after)
    {
        ArgumentNullException.ThrowIfNull(algebra);
        ArgumentNullException.ThrowIfNull(after);
        var count = Count(rows, after);
        Parallel.For(0, (count + Block - 1) / Block, i =>
        {
            var (start, size) = (i * Block, Math.Min(Block, count - (i * Block)));
            ReadOnlyMemory<T> input = rows.Slice(start * _widths[0], size * _widths[0]);
            for (var l = 0; l <= LastWanted(after); l++)
            {
                var width = _layers[l].Outputs;
                var output = after[l].IsEmpty ? new T[size * width] : after[l].Slice(start * width, size * width);
                LayerProducts.Forward(algebra, _layers[l], input.Span, output.Span);
                input = output;
            }
        });
    }

    /// <summary>The fraction of rows whose largest output is their label's.</summary>
    public double Accuracy(ILinearAlgebra algebra, LabelledData data) =>
        Accuracy(algebra, TrainingSet.OfClasses<T>(data));

    /// <summary>The fraction of rows whose largest output is their label's.</summary>
    /// <exception cref="ArgumentException">The data has targets instead of labels, or rows of another
    /// width.</exception>
    public double Accuracy(ILinearAlgebra algebra, TrainingSet<T> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Labels.IsEmpty || data.Width != _widths[0])
        {
            throw new ArgumentException(
                $"accuracy needs labels and rows of {_widths[0]} features, the data has {data.Labels.Length} labels "
                + $"and rows of {data.Width}",
                nameof(data));
        }

        var classes = _widths[^1];
        var outputs = new T[checked(data.Rows * classes)];
        Predict(algebra, data.Values, outputs);
        var right = 0;
        for (var i = 0; i < data.Rows; i++)
        {
            var row = outputs.AsSpan(i * classes, classes);
            right += TensorPrimitives.IndexOfMax<T>(row) == data.Labels.Span[i] ? 1 : 0;
        }

        return (double)right / data.Rows;
    }

    private static int LastWanted(IReadOnlyList<Memory<T>> after)
    {
        var last = after.Count - 1;
        while (last >= 0 && after[last].IsEmpty)
        {
            last--;
        }

        return last;
    }

    private int Count(ReadOnlyMemory<T> rows, IReadOnlyList<Memory<T>> after)
    {
        var count = rows.Length / _widths[0];
        if (rows.Length != count * _widths[0])
        {
            throw new ArgumentException(
                $"rows are {_widths[0]} numbers long, got {rows.Length} numbers", nameof(rows));
        }

        if (after.Count != _layers.Length)
        {
            throw new ArgumentException(
                $"the network has {_layers.Length} layers, got {after.Count} buffers", nameof(after));
        }

        for (var l = 0; l < _layers.Length; l++)
        {
            if (!after[l].IsEmpty && after[l].Length != (long)count * _layers[l].Outputs)
            {
                throw new ArgumentException(
                    $"{count} rows are {(long)count * _layers[l].Outputs} numbers after layer {l}, got a buffer of "
                    + $"{after[l].Length}",
                    nameof(after));
            }
        }

        return count;
    }
}
