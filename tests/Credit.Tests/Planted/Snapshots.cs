using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Tests.Planted;

/// <summary>Moments of snapshots by their definition, in two passes.</summary>
internal static class Snapshots
{
    public static PairMoments Moments(Matrix x, Matrix y, ILinearAlgebra la)
    {
        var joint = Stack(x, y);
        var mean = new double[joint.Rows];
        for (var j = 0; j < joint.Columns; j++)
        {
            for (var i = 0; i < mean.Length; i++)
            {
                mean[i] += joint[i, j] / joint.Columns;
            }
        }

        for (var j = 0; j < joint.Columns; j++)
        {
            for (var i = 0; i < mean.Length; i++)
            {
                joint[i, j] -= mean[i];
            }
        }

        return new PairMoments(x.Rows, y.Rows, x.Columns, mean, la.SymmetricProduct(joint));
    }

    public static Matrix Stack(Matrix x, Matrix y)
    {
        var joint = new Matrix(x.Rows + y.Rows, x.Columns);
        for (var j = 0; j < x.Columns; j++)
        {
            x.Column(j).CopyTo(joint.Column(j));
            y.Column(j).CopyTo(joint.Column(j)[x.Rows..]);
        }

        return joint;
    }
}
