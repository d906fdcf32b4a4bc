using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;

namespace KoopmanMesh.Training.Losses;

/// <summary>
/// Mean over rows of <c>log(sum_c exp z_c) - z_label</c>, gradient <c>(softmax(z) - onehot(label)) / m</c>.
/// Exponentials are taken of the distance from the row's largest logit, so that none overflows. O(m · classes).
/// </summary>
public sealed record SoftmaxCrossEntropy : Loss
{
    /// <inheritdoc/>
    public override void Check<T>(TrainingSet<T> data, int outputs)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Labels.IsEmpty)
        {
            throw new ArgumentException(
                $"cross-entropy needs a label for each row, the data has {data.TargetWidth} targets a row",
                nameof(data));
        }

        var labels = data.Labels.Span;
        for (var i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)outputs)
            {
                throw new ArgumentException(
                    $"label {labels[i]} in row {i} is not a class from 0 to {outputs - 1}", nameof(data));
            }
        }
    }

    /// <inheritdoc/>
    public override double Evaluate<T>(in LossBatch<T> batch)
    {
        var rows = batch.Labels.Length;
        var buffer = ArrayPool<T>.Shared.Rent(batch.Outputs.Length + (2 * rows));
        try
        {
            // Class by class, so that everything elementwise runs over the rows, which are many.
            var logits = buffer.AsSpan(0, batch.Outputs.Length);
            Transpose(batch.Outputs, logits, rows);
            var sum = buffer.AsSpan(batch.Outputs.Length, rows);
            var chosen = Softmax(logits, batch.Labels, buffer.AsSpan(batch.Outputs.Length + rows, rows), sum);
            for (var i = 0; i < rows; i++)
            {
                logits[(batch.Labels[i] * rows) + i] -= T.One;
            }

            TensorPrimitives.Multiply(logits, T.One / T.CreateTruncating(rows), logits);
            Transpose(logits, batch.Gradient, logits.Length / rows);
            TensorPrimitives.Log(sum, sum);
            return (Total<T>(sum) - chosen) / rows;
        }
        finally
        {
            ArrayPool<T>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Logits become probabilities; <paramref name="sum"/> is what they were divided by. Returns the sum of the labels'
    /// logits, each less its row's largest.
    /// </summary>
    private static double Softmax<T>(Span<T> logits, ReadOnlySpan<int> labels, Span<T> top, Span<T> sum)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var rows = labels.Length;
        logits[..rows].CopyTo(top);
        for (var start = rows; start < logits.Length; start += rows)
        {
            TensorPrimitives.Max(top, logits.Slice(start, rows), top);
        }

        for (var start = 0; start < logits.Length; start += rows)
        {
            TensorPrimitives.Subtract(logits.Slice(start, rows), top, logits.Slice(start, rows));
        }

        var chosen = 0.0;
        for (var i = 0; i < rows; i++)
        {
            chosen += double.CreateTruncating(logits[(labels[i] * rows) + i]);
        }

        sum.Clear();
        TensorPrimitives.Exp(logits, logits);
        for (var start = 0; start < logits.Length; start += rows)
        {
            TensorPrimitives.Add(sum, logits.Slice(start, rows), sum);
        }

        for (var start = 0; start < logits.Length; start += rows)
        {
            TensorPrimitives.Divide(logits.Slice(start, rows), sum, logits.Slice(start, rows));
        }

        return chosen;
    }

    private static double Total<T>(ReadOnlySpan<T> values) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var total = 0.0;
        foreach (var value in values)
        {
            total += double.CreateTruncating(value);
        }

        return total;
    }

    // to[j, i] = from[i, j] for a row-major source of this many rows.
    private static void Transpose<T>(ReadOnlySpan<T> from, Span<T> to, int rows)
    {
        var columns = from.Length / rows;
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                to[(j * rows) + i] = from[(i * columns) + j];
            }
        }
    }
}
