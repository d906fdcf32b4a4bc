using System.Numerics;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training.Losses;

namespace KoopmanMesh.Training;

/// <summary>
/// Forward and backward passes over batches of a training set, in memory made once. A batch is cut into lanes of rows
/// that run side by side, each with its own sum of gradients; how many depends on the work alone, so that the bits do
/// not depend on the number of cores. Nothing is computed that only frozen layers would need.
/// </summary>
internal sealed class BatchPasses<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MostLanes = 4;

    // Multiplications of a forward pass that are worth waking another core for.
    private const long WorthSharing = 1L << 22;

    private readonly ILinearAlgebra _algebra;
    private readonly DenseNetwork<T> _network;
    private readonly TrainingSet<T> _data;
    private readonly int _first;
    private readonly int _widest;
    private readonly long _rowWork;
    private readonly int[] _starts;
    private readonly int[] _labels;
    private readonly T[] _targets;
    private readonly T[][] _activations;
    private readonly T[][] _slopes;
    private readonly T[][] _gradients;
    private readonly T[] _outputGradient;
    private readonly T[][] _deltas;

    internal BatchPasses(ILinearAlgebra algebra, DenseNetwork<T> network, TrainingSet<T> data, int batch)
    {
        (_algebra, _network, _data) = (algebra, network, data);
        _first = FirstTrained(network);
        _widest = network.Widths.Max();
        _rowWork = network.Layers.Sum(layer => (long)layer.Inputs * layer.Outputs);
        _starts = new int[network.Layers.Count + 1];
        for (var l = 0; l < network.Layers.Count; l++)
        {
            _starts[l + 1] = _starts[l] + network.Layers[l].Weights.Length + network.Layers[l].Outputs;
        }

        _labels = new int[data.Labels.IsEmpty ? 0 : batch];
        _targets = new T[checked(batch * data.TargetWidth)];
        _activations = [.. network.Widths.Select(width => new T[checked(width * batch)])];
        _slopes = [.. network.Layers.Select(layer =>
            new T[Activations.NeedsSlope(layer.Activation) ? layer.Outputs * batch : 0])];
        _outputGradient = new T[_activations[^1].Length];
        _deltas = [new T[checked(_widest * batch)], new T[checked(_widest * batch)]];
        _gradients = [.. Enumerable.Range(0, Lanes(batch)).Select(_ => new T[network.Parameters.Length])];
    }

    /// <summary>Epochs done / epochs in all, for losses that change over a run.</summary>
    internal double Progress { get; set; }

    /// <summary>
    /// The loss of these rows of the training set; its gradient is the sum of the <see cref="Gradients"/>.
    /// </summary>
    internal double Run(Loss loss, ReadOnlyMemory<int> rows)
    {
        var lanes = Lanes(rows.Length);
        if (lanes == 1)
        {
            Forward(rows.Span, 0);
            var value = Evaluate(loss, rows.Span);
            Backward(0, 0, rows.Length);
            return value;
        }

        return RunLanes(loss, rows, lanes);
    }

    /// <summary>Lanes of a batch of so many rows.</summary>
    internal int Lanes(int rows) => (int)Math.Clamp(Math.Min(_rowWork * rows / WorthSharing, rows), 1, MostLanes);

    /// <summary>
    /// Each lane's part of the last gradient, laid out as the network's parameters; what belongs to frozen layers is
    /// not written.
    /// </summary>
    internal ReadOnlyMemory<T[]> Gradients(int rows) => _gradients.AsMemory(0, Lanes(rows));

    private static int FirstTrained(DenseNetwork<T> network)
    {
        var first = 0;
        while (network.Layers[first].IsFrozen)
        {
            first++;
        }

        return first;
    }

    // In a method of its own, so that a batch of one lane makes no closure.
    private double RunLanes(Loss loss, ReadOnlyMemory<int> rows, int lanes)
    {
        Parallel.For(0, lanes, lane =>
        {
            var (start, end) = Range(lane, lanes, rows.Length);
            Forward(rows.Span[start..end], start);
        });
        var value = Evaluate(loss, rows.Span);
        Parallel.For(0, lanes, lane =>
        {
            var (start, end) = Range(lane, lanes, rows.Length);
            Backward(lane, start, end - start);
        });
        return value;
    }

    private double Evaluate(Loss loss, ReadOnlySpan<int> rows)
    {
        var outputs = rows.Length * _network.Widths[^1];
        return loss.Evaluate(new LossBatch<T>
        {
            Rows = rows,
            Progress = Progress,
            Outputs = _activations[^1].AsSpan(0, outputs),
            Gradient = _outputGradient.AsSpan(0, outputs),
            Labels = _labels.AsSpan(0, _labels.Length == 0 ? 0 : rows.Length),
            Targets = _targets.AsSpan(0, rows.Length * _data.TargetWidth),
        });
    }

    private void Forward(ReadOnlySpan<int> rows, int start)
    {
        Gather(rows, _data.Values.Span, _data.Width, Part(_activations[0], _data.Width, start, rows.Length));
        if (_data.Labels.IsEmpty)
        {
            Gather(
                rows, _data.Targets.Span, _data.TargetWidth, Part(_targets, _data.TargetWidth, start, rows.Length));
        }
        else
        {
            Gather(rows, _data.Labels.Span, 1, _labels.AsSpan(start, rows.Length));
        }

        for (var l = 0; l < _network.Layers.Count; l++)
        {
            var layer = _network.Layers[l];
            LayerProducts.Forward(
                _algebra, layer, Part(_activations[l], layer.Inputs, start, rows.Length),
                Part(_activations[l + 1], layer.Outputs, start, rows.Length), Slope(l, start, rows.Length));
        }
    }

    private void Backward(int lane, int start, int rows)
    {
        var delta = Part(_outputGradient, _network.Widths[^1], start, rows);
        for (var l = _network.Layers.Count - 1; l >= _first; l--)
        {
            var layer = _network.Layers[l];
            Activations.Backward(
                layer.Activation, Part(_activations[l + 1], layer.Outputs, start, rows), Slope(l, start, rows), delta);
            if (!layer.IsFrozen)
            {
                LayerProducts.Gradient<T>(
                    _algebra, layer, Part(_activations[l], layer.Inputs, start, rows), delta,
                    _gradients[lane].AsSpan(_starts[l], _starts[l + 1] - _starts[l]));
            }

            if (l > _first)
            {
                var next = _deltas[l % 2].AsSpan(start * _widest, rows * layer.Inputs);
                LayerProducts.Backward(_algebra, layer, delta, next);
                delta = next;
            }
        }
    }

    private Span<T> Slope(int layer, int start, int rows) => _slopes[layer].Length == 0
        ? []
        : Part(_slopes[layer], _network.Layers[layer].Outputs, start, rows);

    private static void Gather<TItem>(ReadOnlySpan<int> rows, ReadOnlySpan<TItem> from, int width, Span<TItem> to)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            from.Slice(rows[i] * width, width).CopyTo(to[(i * width)..]);
        }
    }

    private static Span<T> Part(T[] batch, int width, int start, int rows) =>
        batch.AsSpan(start * width, rows * width);

    private static (int Start, int End) Range(int i, int ranges, int length) =>
        ((int)((long)i * length / ranges), (int)((i + 1L) * length / ranges));
}
