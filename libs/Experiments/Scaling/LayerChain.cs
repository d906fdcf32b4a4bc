using System.Numerics.Tensors;

using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Experiments.Scaling;

/// <summary>Dense layers one after the other, evaluated in double.</summary>
public static class LayerChain
{
    private const int Block = 4_096;

    /// <summary>What the layers make of each column of <paramref name="inputs"/>. O(columns · weights).</summary>
    public static Matrix Apply(IReadOnlyList<DenseLayer> layers, Matrix inputs, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(la);
        return layers.Aggregate(inputs, (states, layer) => Apply(layer, states, la));
    }

    /// <summary>
    /// The same of many rows as they lie in memory, row-major, <paramref name="width"/> numbers each, block by block.
    /// </summary>
    public static Matrix Apply(
        IReadOnlyList<DenseLayer> layers, ReadOnlyMemory<double> rows, int width, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        var count = rows.Length / width;
        var result = new Matrix(layers[^1].Weights.Rows, count);
        for (var start = 0; start < count; start += Block)
        {
            var size = Math.Min(Block, count - start);
            var block = new Matrix(width, size, rows.Slice(start * width, size * width).ToArray());
            Apply(layers, block, la).AsSpan().CopyTo(result.AsSpan()[(start * result.Rows)..]);
        }

        return result;
    }

    /// <summary>phi(W z + b) of each column.</summary>
    /// <exception cref="NotSupportedException">phi is neither ReLU nor the identity.</exception>
    public static Matrix Apply(DenseLayer layer, Matrix states, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(states);
        if (layer.Activation is not (DenseActivation.None or DenseActivation.Relu))
        {
            throw new NotSupportedException($"layers are linear or ReLU here, got {layer.Activation}");
        }

        var result = la.Multiply(layer.Weights, states);
        for (var j = 0; j < result.Columns; j++)
        {
            TensorPrimitives.Add(result.Column(j), layer.Bias.Span, result.Column(j));
        }

        if (layer.Activation == DenseActivation.Relu)
        {
            TensorPrimitives.Max(result.AsSpan(), 0.0, result.AsSpan());
        }

        return result;
    }

    /// <summary>The fraction of columns of logits whose largest entry is the label's.</summary>
    /// <exception cref="ArgumentException">There are more or fewer labels.</exception>
    /// <exception cref="NonFiniteDataException">A logit is NaN or infinite.</exception>
    public static double Accuracy(Matrix logits, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        if (logits.Columns != labels.Length)
        {
            throw new ArgumentException(
                $"{logits.Columns} columns of logits have {labels.Length} labels", nameof(labels));
        }

        if (!TensorPrimitives.IsFiniteAll<double>(logits.AsSpan()))
        {
            throw new NonFiniteDataException("the logits", double.NaN);
        }

        var right = 0;
        for (var j = 0; j < labels.Length; j++)
        {
            right += TensorPrimitives.IndexOfMax<double>(logits.Column(j)) == labels[j] ? 1 : 0;
        }

        return (double)right / labels.Length;
    }
}
