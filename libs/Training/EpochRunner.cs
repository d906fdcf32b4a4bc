using System.Numerics;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Training;

/// <summary>
/// One training run's memory: the data feature by feature, the order of its rows, the passes and the optimizer.
/// </summary>
internal sealed class EpochRunner<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly DenseNetwork<T> _network;
    private readonly Propagation<T> _passes;
    private readonly AdamW<T> _optimizer;
    private readonly RandomState _random;
    private readonly T[] _features;
    private readonly int[] _labels;
    private readonly int[] _order;
    private readonly int[] _batchLabels;

    internal EpochRunner(
        ILinearAlgebra algebra, DenseNetwork<T> network, LabelledData data, int batch, TrainingOptions options)
    {
        _network = network;
        _passes = new Propagation<T>(algebra, network, batch);
        _optimizer = new AdamW<T>(network.Parameters.Length, options.Optimizer);
        _random = new RandomState(options.Seed);
        _labels = data.Labels.ToArray();
        _order = [.. Enumerable.Range(0, data.Rows)];
        _batchLabels = new int[batch];
        _features = new T[data.Values.Length];
        var values = data.Values.Span;
        for (var i = 0; i < data.Rows; i++)
        {
            for (var j = 0; j < data.Width; j++)
            {
                _features[(j * data.Rows) + i] = T.CreateTruncating(values[(i * data.Width) + j]);
            }
        }
    }

    /// <summary>Steps through all rows in a new order; returns their mean loss.</summary>
    internal double Run(CancellationToken cancellationToken)
    {
        _random.Shuffle(_order);
        var total = 0.0;
        for (var start = 0; start < _order.Length; start += _batchLabels.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = _order.AsSpan(start, Math.Min(_batchLabels.Length, _order.Length - start));
            Gather(rows);
            _passes.Forward(rows.Length);
            total += rows.Length * _passes.Backward(_batchLabels.AsSpan(0, rows.Length));
            _optimizer.Step(_network.Parameters.Span, _passes.Gradient);
        }

        return total / _order.Length;
    }

    private void Gather(ReadOnlySpan<int> rows)
    {
        var inputs = _passes.Inputs(rows.Length);
        for (var j = 0; j < _network.Widths[0]; j++)
        {
            var feature = _features.AsSpan(j * _labels.Length, _labels.Length);
            var column = inputs.Slice(j * rows.Length, rows.Length);
            for (var i = 0; i < column.Length; i++)
            {
                column[i] = feature[rows[i]];
            }
        }

        for (var i = 0; i < rows.Length; i++)
        {
            _batchLabels[i] = _labels[rows[i]];
        }
    }
}
