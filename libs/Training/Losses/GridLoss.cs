using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Training.Sobolev;

namespace KoopmanMesh.Training.Losses;

/// <summary>
/// A negative Sobolev norm of the error e = output - target, whose rows are the points of a grid; the mean over columns
/// of outputs. It couples all rows, so a batch is the whole grid, in any order. Computed in double. O(N log N) a column
/// on regular grids.
/// </summary>
public abstract record GridLoss : Loss
{
    private protected GridLoss(SpectralGrid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        Grid = grid;
    }

    /// <summary>Row i of the training set is point i of the grid.</summary>
    public SpectralGrid Grid { get; }

    /// <inheritdoc/>
    public override void Check<T>(TrainingSet<T> data, int outputs)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.TargetWidth != outputs || data.Rows != Grid.Points)
        {
            throw new ArgumentException(
                $"the loss compares {outputs} outputs with as many targets on each of the grid's {Grid.Points} points, "
                + $"the data has {data.TargetWidth} targets on {data.Rows} rows",
                nameof(data));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The batch is not the whole grid.</exception>
    public override double Evaluate<T>(in LossBatch<T> batch)
    {
        var points = Grid.Points;
        if (batch.Rows.Length != points)
        {
            throw new ArgumentException(
                $"the loss is a norm over a grid of {points} points, got a batch of {batch.Rows.Length} rows; batches "
                + "are the whole grid here",
                nameof(batch));
        }

        var norm = Norm(batch.Progress);
        var buffer = ArrayPool<double>.Shared.Rent(points);
        try
        {
            var error = buffer.AsSpan(0, points);
            var total = 0.0;
            var width = batch.Outputs.Length / points;
            for (var column = 0; column < width; column++)
            {
                total += Evaluate(norm, batch, (column, width), error);
            }

            return total / width;
        }
        finally
        {
            ArrayPool<double>.Shared.Return(buffer);
        }
    }

    /// <summary>The norm at this part of a run.</summary>
    private protected abstract SobolevNorm Norm(double progress);

    private static double Evaluate<T>(
        SobolevNorm norm, in LossBatch<T> batch, (int Index, int Count) column, Span<double> error)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < error.Length; i++)
        {
            var at = (i * column.Count) + column.Index;
            error[batch.Rows[i]] = double.CreateTruncating(batch.Outputs[at] - batch.Targets[at]);
        }

        // What has diverged is NaN, for the trainer to name the epoch.
        var value = double.NaN;
        if (TensorPrimitives.IsFiniteAll<double>(error))
        {
            value = norm.Evaluate(error, error);
        }
        else
        {
            error.Fill(double.NaN);
        }

        for (var i = 0; i < error.Length; i++)
        {
            batch.Gradient[(i * column.Count) + column.Index] =
                T.CreateTruncating(error[batch.Rows[i]] / column.Count);
        }

        return value;
    }
}
