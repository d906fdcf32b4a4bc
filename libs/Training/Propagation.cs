using System.Numerics;
using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Training;

/// <summary>
/// Forward and backward passes of a network over a batch, in memory made once. A batch of m rows lies feature by
/// feature: element (feature j, row i) at <c>j * m + i</c>, the column-major m × width matrix A. With W kept as the
/// inputs × outputs column-major matrix,
/// <c>Z = A W</c>, <c>dW = A' dZ</c>, <c>dA = dZ W'</c>, and everything elementwise runs over m contiguous numbers.
/// </summary>
internal sealed class Propagation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ILinearAlgebra _algebra;
    private readonly DenseNetwork<T> _network;
    private readonly T[][] _activations;
    private readonly T[] _gradient;
    private readonly SoftmaxCrossEntropy<T> _loss;
    private T[] _delta;
    private T[] _nextDelta;

    internal Propagation(ILinearAlgebra algebra, DenseNetwork<T> network, int batch)
    {
        (_algebra, _network) = (algebra, network);
        _activations = [.. network.Widths.Select(width => new T[checked(width * batch)])];
        var widest = network.Widths.Max();
        (_delta, _nextDelta) = (new T[widest * batch], new T[widest * batch]);
        _gradient = new T[network.Parameters.Length];
        _loss = new SoftmaxCrossEntropy<T>(batch);
    }

    /// <summary>The gradient of the last <see cref="Backward"/>, laid out as the network's parameters.</summary>
    internal ReadOnlySpan<T> Gradient => _gradient;

    /// <summary>Where a batch's features go before <see cref="Forward"/>.</summary>
    internal Span<T> Inputs(int rows) => _activations[0].AsSpan(0, rows * _network.Widths[0]);

    /// <summary>
    /// The logits of the batch in <see cref="Inputs"/>, class by class; they stay valid until the next pass.
    /// </summary>
    internal Span<T> Forward(int rows)
    {
        for (var l = 0; l < _network.Layers.Count; l++)
        {
            var layer = _network.Layers[l];
            var output = _activations[l + 1].AsSpan(0, rows * layer.Outputs);
            MatrixProduct.Multiply<T>(
                _algebra, (false, false), (rows, layer.Outputs, layer.Inputs),
                _activations[l].AsSpan(0, rows * layer.Inputs), layer.Weights.Span, output);
            for (var j = 0; j < layer.Outputs; j++)
            {
                var unit = output.Slice(j * rows, rows);
                TensorPrimitives.Add(unit, layer.Biases.Span[j], unit);
            }

            if (layer.HasRelu)
            {
                TensorPrimitives.Max(output, T.Zero, output);
            }
        }

        return _activations[^1].AsSpan(0, rows * _network.Widths[^1]);
    }

    /// <summary>
    /// Mean cross-entropy of the batch last passed forward, whose logits are overwritten, and its gradient.
    /// </summary>
    internal double Backward(ReadOnlySpan<int> labels)
    {
        var rows = labels.Length;
        var logits = _activations[^1].AsSpan(0, rows * _network.Widths[^1]);
        var loss = _loss.Evaluate(logits, labels, _delta.AsSpan(0, logits.Length));
        var end = _gradient.Length;
        for (var l = _network.Layers.Count - 1; l >= 0; l--)
        {
            var layer = _network.Layers[l];
            var delta = _delta.AsSpan(0, rows * layer.Outputs);
            var input = _activations[l].AsSpan(0, rows * layer.Inputs);
            var biases = _gradient.AsSpan(end - layer.Outputs, layer.Outputs);
            end -= layer.Outputs + layer.Weights.Length;
            for (var j = 0; j < biases.Length; j++)
            {
                biases[j] = TensorPrimitives.Sum<T>(delta.Slice(j * rows, rows));
            }

            MatrixProduct.Multiply<T>(
                _algebra, (true, false), (layer.Inputs, layer.Outputs, rows), input, delta,
                _gradient.AsSpan(end, layer.Weights.Length));
            if (l > 0)
            {
                var next = _nextDelta.AsSpan(0, input.Length);
                MatrixProduct.Multiply<T>(
                    _algebra, (false, true), (rows, layer.Inputs, layer.Outputs), delta, layer.Weights.Span, next);
                CloseWhereDead(next, input);
                (_delta, _nextDelta) = (_nextDelta, _delta);
            }
        }

        return loss;
    }

    // The derivative of ReLU: 0 where its output is 0.
    private static void CloseWhereDead(Span<T> delta, ReadOnlySpan<T> output)
    {
        var i = 0;
        for (; i <= delta.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var open = Vector.GreaterThan(new Vector<T>(output[i..]), Vector<T>.Zero);
            Vector.ConditionalSelect(open, new Vector<T>(delta[i..]), Vector<T>.Zero).CopyTo(delta[i..]);
        }

        for (; i < delta.Length; i++)
        {
            delta[i] = output[i] > T.Zero ? delta[i] : T.Zero;
        }
    }
}
