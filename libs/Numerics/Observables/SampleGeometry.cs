using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>Where the states of a sample lie, and how far apart.</summary>
internal static class SampleGeometry
{
    // 512 states make 130,816 distances, whose median is known to a fraction of a percent.
    private const int MostStates = 512;

    /// <summary>
    /// Median of |x_i - x_j| over at most 512 evenly spread states; states that are equal do not count, and 1 when all
    /// are. O(n s^2).
    /// </summary>
    public static double MedianDistance(Matrix sample)
    {
        var count = Math.Min(MostStates, sample.Columns);
        var states = new Matrix(sample.Rows, count);
        for (var j = 0; j < count; j++)
        {
            sample.Column((int)((long)j * sample.Columns / count)).CopyTo(states.Column(j));
        }

        var distances = new List<double>(count * (count - 1) / 2);
        for (var j = 0; j < count; j++)
        {
            for (var i = 0; i < j; i++)
            {
                var distance = TensorPrimitives.Distance<double>(states.Column(i), states.Column(j));
                if (distance > 0)
                {
                    distances.Add(distance);
                }
            }
        }

        distances.Sort();
        return distances.Count == 0 ? 1 : distances[distances.Count / 2];
    }

    /// <summary>Mean and standard deviation of each coordinate; 1 for a coordinate that does not vary.</summary>
    public static (double[] Mean, double[] Deviation) Moments(Matrix sample)
    {
        var (n, m) = (sample.Rows, sample.Columns);
        var (mean, deviation, difference) = (new double[n], new double[n], new double[n]);
        for (var j = 0; j < m; j++)
        {
            TensorPrimitives.Add(mean, sample.Column(j), mean);
        }

        TensorPrimitives.Divide(mean, m, mean);
        for (var j = 0; j < m; j++)
        {
            TensorPrimitives.Subtract(sample.Column(j), mean, difference);
            TensorPrimitives.MultiplyAdd(difference, difference, deviation, deviation);
        }

        for (var i = 0; i < n; i++)
        {
            var root = Math.Sqrt(deviation[i] / m);

            // What is left of a constant column is the rounding of its mean.
            deviation[i] = root > 1e-12 * Math.Abs(mean[i]) ? root : 1;
        }

        return (mean, deviation);
    }
}
