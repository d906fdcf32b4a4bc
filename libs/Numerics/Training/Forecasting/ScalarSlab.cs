using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>
/// A slab whose every row is a block: y = lambda x + b in closed form, lambda = sum (x - x̄)(y - ȳ) / sum (x - x̄)^2,
/// all rows side by side. O(snapshots) a row.
/// </summary>
internal static class ScalarSlab
{
    /// <summary>Predicts every row that moves; values of the slab are overwritten.</summary>
    public static void Run(SlabValues slab, ForecastTask task, Matrix predicted, ForecastTally tally)
    {
        var (rows, pairs) = (slab.Rows, slab.Columns - 1);
        var last = slab.Column(pairs).ToArray();
        var size = new double[rows];
        for (var k = 0; k <= pairs; k++)
        {
            TensorPrimitives.MultiplyAdd(slab.Column(k), slab.Column(k), size, size);
        }

        if (task.Rules.HasConstant)
        {
            // Taken from the last snapshot, so that a value at rest is exactly zero.
            for (var k = 0; k <= pairs; k++)
            {
                TensorPrimitives.Subtract(slab.Column(k), last, slab.Column(k));
            }
        }

        var (mean, drift) = (new double[rows], new double[rows]);
        if (task.Rules.HasConstant)
        {
            for (var k = 0; k < pairs; k++)
            {
                TensorPrimitives.Add(mean, slab.Column(k), mean);
            }

            TensorPrimitives.Divide(mean, pairs, mean);
            TensorPrimitives.Negate(slab.Column(0), drift);
            TensorPrimitives.Divide(drift, pairs, drift);
            for (var k = 0; k <= pairs; k++)
            {
                TensorPrimitives.Subtract(slab.Column(k), mean, slab.Column(k));
            }
        }

        var (xx, xy, moved) = (new double[rows], new double[rows], new double[rows]);
        var step = new double[rows];
        for (var k = 0; k < pairs; k++)
        {
            var x = slab.Column(k);
            var y = slab.Column(k + 1);
            TensorPrimitives.MultiplyAdd(x, x, xx, xx);
            TensorPrimitives.MultiplyAdd(x, y, xy, xy);
            TensorPrimitives.Subtract(y, x, step);
            TensorPrimitives.MultiplyAdd(step, step, moved, moved);
        }

        Predict(slab, task, new Moments(last, mean, drift, size, xx, xy, moved), predicted, tally);
    }

    private static void Predict(SlabValues slab, ForecastTask task, Moments m, Matrix predicted, ForecastTally tally)
    {
        var pairs = slab.Columns - 1;
        var newest = slab.Column(pairs);
        var oldest = slab.Column(0);
        var beyond = Propagation.Beyond(task.Rules.Clip);
        for (var i = 0; i < slab.Rows; i++)
        {
            var floor = task.Floor(task.Rounding * Math.Sqrt(m.Size[i] / slab.Columns), 1, pairs);
            if (m.Xx[i] <= floor * floor)
            {
                tally.AddScalar(0, 0, false, 0, m.Moved[i]);
                continue;
            }

            var lambda = m.Xy[i] / m.Xx[i];
            var yy = m.Xx[i] + (newest[i] * newest[i]) - (oldest[i] * oldest[i]) - (pairs * m.Drift[i] * m.Drift[i]);
            tally.AddScalar(
                1, Math.Abs(lambda), Math.Abs(lambda) > beyond, Math.Max(0, yy - (lambda * m.Xy[i])), m.Moved[i]);
            var change = ((lambda - 1) * newest[i]) + m.Drift[i];
            var origin = task.Rules.HasConstant ? m.Last[i] + m.Mean[i] + m.Drift[i] : 0;
            for (var h = 0; h < predicted.Columns; h++)
            {
                var sum = Propagation.ClippedSum(lambda, task.Counts[h], task.Rules.Clip, beyond);
                predicted[i, h] = origin + (lambda * (newest[i] + (change * sum)));
            }
        }
    }

    /// <summary>
    /// Of each row: last value, mean of x from there, mean of y - x, and sums of squares and products.
    /// </summary>
    private sealed record Moments(
        double[] Last, double[] Mean, double[] Drift, double[] Size, double[] Xx, double[] Xy, double[] Moved);
}
