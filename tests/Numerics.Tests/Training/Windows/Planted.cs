using System.Numerics;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Tests.Training.Windows;

/// <summary>
/// Trajectories whose modes are known: w_k = w_inf + sum of Re(2 b_j lambda_j^k u_j) (b_j lambda_j^k u_j for real
/// lambda_j) along orthonormal directions, so that every importance is what was planted.
/// </summary>
internal sealed class Planted
{
    public Planted(int parameters, int snapshots, double limit, (Complex Lambda, double Size)[] modes, int seed)
    {
        var directions = Matrices.Orthonormal(parameters, 1 + (2 * modes.Length), seed);
        (Limit, Values) = (new double[parameters], new Matrix(parameters, snapshots));
        Transients = new double[parameters];
        var powers = new Complex[snapshots, modes.Length];
        foreach (var (j, (lambda, _)) in modes.Index())
        {
            for (var k = 0; k < snapshots; k++)
            {
                powers[k, j] = Complex.Pow(lambda, k);
            }
        }

        for (var i = 0; i < parameters; i++)
        {
            Limit[i] = limit * directions[i, 0];
            foreach (var (j, (lambda, size)) in modes.Index())
            {
                var z = Direction(directions, i, j, lambda);
                Transients[i] += size * Complex.Abs(z) * (lambda.Imaginary == 0 ? 1 : 2);
            }

            for (var k = 0; k < snapshots; k++)
            {
                Values[i, k] = Limit[i];
                foreach (var (j, (lambda, size)) in modes.Index())
                {
                    var told = size * (powers[k, j] * Direction(directions, i, j, lambda)).Real;
                    Values[i, k] += lambda.Imaginary == 0 ? told : 2 * told;
                }
            }
        }
    }

    public double[] Limit { get; }

    public double[] Transients { get; }

    public Matrix Values { get; }

    public MatrixTrajectory Trajectory => new(Values);

    public SingleTrajectory Rounded()
    {
        var rounded = new SingleTrajectory(ParameterLayout.Plain(Values.Rows));
        for (var k = 0; k < Values.Columns; k++)
        {
            rounded.Add(new Snapshot(k), Array.ConvertAll(Values.Column(k).ToArray(), value => (float)value));
        }

        return rounded;
    }

    // Unit vectors: (u + i v) / sqrt(2) for complex eigenvalues.
    private static Complex Direction(Matrix directions, int i, int j, Complex lambda) => lambda.Imaginary == 0
        ? directions[i, 1 + (2 * j)]
        : new Complex(directions[i, 1 + (2 * j)], directions[i, 2 + (2 * j)]) / Math.Sqrt(2);
}
