using KoopmanMesh.Bench.Engine;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Bench.Forecasting;

/// <summary>
/// Weights of a dense network that are, node by node, sums of as many oscillations as the node has weights, seen
/// through random orthonormal directions: exactly linear, of full rank, with nothing to leave out. Not what training looks like,
/// but what both sides can be right about.
/// </summary>
internal static class Oscillations
{
    private const double Slowest = 0.998;

    public static ITrajectory Trajectory(int[] widths, int snapshots)
    {
        var tensors = widths.Zip(widths.Skip(1)).SelectMany((pair, i) => (ParameterTensor[])
        [
            new($"layers.{i}.weight", [pair.Second, pair.First]), new($"layers.{i}.bias", [pair.Second]),
        ]);
        var layout = new ParameterLayout(tensors);
        var columns = new Matrix((int)layout.Count, snapshots);
        var (start, seed, la) = (0, 1, LinearAlgebraProvider.Detect(null));
        foreach (var (inputs, outputs) in widths.Zip(widths.Skip(1)))
        {
            for (var unit = 0; unit < outputs; unit++)
            {
                var directions = la.ThinQr(EngineData.Normal(inputs + 1, inputs + 1, seed++)).Q;
                var node = la.Multiply(directions, States(inputs + 1, snapshots));
                for (var k = 0; k < snapshots; k++)
                {
                    var target = columns.Column(k);
                    node.Column(k)[..inputs].CopyTo(target[(start + (unit * inputs))..]);
                    target[start + (inputs * outputs) + unit] = node[inputs, k];
                }
            }

            start += (inputs + 1) * outputs;
        }

        return new MatrixTrajectory(columns, layout);
    }

    /// <summary>Pairs that turn, the slower the larger, and for an odd number one that decays.</summary>
    private static Matrix States(int count, int snapshots)
    {
        var states = new Matrix(count, snapshots);
        for (var k = 0; k < snapshots; k++)
        {
            for (var i = 0; i + 1 < count; i += 2)
            {
                var (turn, size) = (Math.PI * (i + 1) / (count + 2) * k, 1 / (1 + (0.05 * i)));
                (states[i, k], states[i + 1, k]) = (size * Math.Cos(turn), size * Math.Sin(turn));
            }

            if (count % 2 == 1)
            {
                states[count - 1, k] = Math.Pow(Slowest, k);
            }
        }

        return states;
    }
}
