using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;

namespace KoopmanMesh.Training.Losses;

/// <summary>
/// The mean over all N entries of a batch (rows × width) of a function of the error e = output - target. O(N).
/// </summary>
public abstract record ErrorLoss : Loss
{
    private const int Tile = 4_096;

    /// <inheritdoc/>
    public override void Check<T>(TrainingSet<T> data, int outputs)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.TargetWidth != outputs)
        {
            throw new ArgumentException(
                $"the loss compares {outputs} outputs with as many targets a row, the data has {data.TargetWidth}",
                nameof(data));
        }
    }

    /// <inheritdoc/>
    public override double Evaluate<T>(in LossBatch<T> batch)
    {
        var total = 0.0;
        var scratch = ArrayPool<T>.Shared.Rent(Tile);
        try
        {
            // By tiles that stay in the first cache; their sums are added in double.
            for (var start = 0; start < batch.Outputs.Length; start += Tile)
            {
                var length = Math.Min(Tile, batch.Outputs.Length - start);
                var error = batch.Gradient.Slice(start, length);
                TensorPrimitives.Subtract(
                    batch.Outputs.Slice(start, length), batch.Targets.Slice(start, length), error);
                total += Tally(error, scratch.AsSpan(0, length));
            }
        }
        finally
        {
            ArrayPool<T>.Shared.Return(scratch);
        }

        TensorPrimitives.Multiply(batch.Gradient, T.One / T.CreateTruncating(batch.Outputs.Length), batch.Gradient);
        return total / batch.Outputs.Length;
    }

    /// <summary>The sum of the function over these errors, which are overwritten with its derivatives.</summary>
    protected abstract double Tally<T>(Span<T> error, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T>;
}
