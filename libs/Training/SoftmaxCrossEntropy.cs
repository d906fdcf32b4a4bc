using System.Numerics;
using System.Numerics.Tensors;

namespace KoopmanMesh.Training;

/// <summary>
/// Mean over rows of <c>log(sum_c exp z_c) - z_label</c> and its gradient <c>(softmax(z) - onehot(label)) / m</c>,
/// logits class by class.
/// </summary>
internal sealed class SoftmaxCrossEntropy<T>(int batch) where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] _top = new T[batch];
    private readonly T[] _sum = new T[batch];

    /// <summary>
    /// The logits are overwritten with their distance from the row's largest, so that no exponential overflows.
    /// </summary>
    internal double Evaluate(Span<T> logits, ReadOnlySpan<int> labels, Span<T> gradient)
    {
        var rows = labels.Length;
        var top = _top.AsSpan(0, rows);
        var sum = _sum.AsSpan(0, rows);
        logits[..rows].CopyTo(top);
        for (var start = rows; start < logits.Length; start += rows)
        {
            TensorPrimitives.Max(top, logits.Slice(start, rows), top);
        }

        sum.Clear();
        for (var start = 0; start < logits.Length; start += rows)
        {
            var unit = logits.Slice(start, rows);
            var weight = gradient.Slice(start, rows);
            TensorPrimitives.Subtract(unit, top, unit);
            TensorPrimitives.Exp(unit, weight);
            TensorPrimitives.Add(sum, weight, sum);
        }

        for (var start = 0; start < logits.Length; start += rows)
        {
            var weight = gradient.Slice(start, rows);
            TensorPrimitives.Divide(weight, sum, weight);
        }

        var chosen = 0.0;
        for (var i = 0; i < rows; i++)
        {
            var at = (labels[i] * rows) + i;
            chosen += double.CreateTruncating(logits[at]);
            gradient[at] -= T.One;
        }

        TensorPrimitives.Divide(gradient, T.CreateTruncating(rows), gradient);
        TensorPrimitives.Log(sum, sum);
        return (double.CreateTruncating(TensorPrimitives.Sum<T>(sum)) - chosen) / rows;
    }
}
