using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Fitting;

/// <summary>Moments and factors by their definitions, independent of the accumulators.</summary>
internal static class PlantedPairs
{
    public static PairMoments Moments(Matrix x, Matrix y)
    {
        var (mean, centred) = Centre(x, y);
        return new PairMoments(x.Rows, y.Rows, x.Columns, mean, Matrices.Product(centred, centred.Transpose()));
    }

    public static PairFactor Factor(Matrix x, Matrix y, ILinearAlgebra la)
    {
        var (mean, centred) = Centre(x, y);
        return new PairFactor(x.Rows, y.Rows, x.Columns, mean, la.TriangularFactor(centred.Transpose()));
    }

    public static Matrix Map(Matrix x, Func<double, double> f) =>
        new(x.Rows, x.Columns, Array.ConvertAll(x.AsSpan().ToArray(), value => f(value)));

    /// <summary>A x + b for each column.</summary>
    public static Matrix Affine(Matrix a, Matrix x, params double[] b)
    {
        var y = Matrices.Product(a, x);
        for (var j = 0; j < y.Columns; j++)
        {
            for (var i = 0; i < b.Length; i++)
            {
                y[i, j] += b[i];
            }
        }

        return y;
    }

    public static double RelativeError(Matrix y, Matrix predicted) =>
        Matrices.Distance(y, predicted) / Matrices.Norm(y);

    private static (double[] Mean, Matrix Centred) Centre(Matrix x, Matrix y)
    {
        var joint = new Matrix(x.Rows + y.Rows, x.Columns);
        for (var j = 0; j < x.Columns; j++)
        {
            x.Column(j).CopyTo(joint.Column(j));
            y.Column(j).CopyTo(joint.Column(j)[x.Rows..]);
        }

        var mean = new double[joint.Rows];
        for (var i = 0; i < joint.Rows; i++)
        {
            for (var j = 0; j < joint.Columns; j++)
            {
                mean[i] += joint[i, j] / joint.Columns;
            }

            for (var j = 0; j < joint.Columns; j++)
            {
                joint[i, j] -= mean[i];
            }
        }

        return (mean, joint);
    }
}
