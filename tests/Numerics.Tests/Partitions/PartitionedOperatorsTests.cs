using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Partitions;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Partitions;

public sealed class PartitionedOperatorsTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_T15NodesOfTheirOwnMaps_AreRecoveredAndPredicted(string name)
    {
        var la = Algebras.Get(name);
        const int Nodes = 7, D = 3, Steps = 40;
        var maps = Enumerable.Range(0, Nodes).Select(b => Stable(D, b)).ToArray();
        var starts = Matrices.Gaussian(D, Nodes, 5);
        var trajectory = new Matrix(Nodes * D, D + 3);
        for (var b = 0; b < Nodes; b++)
        {
            var states = Planted.Trajectory(maps[b], starts.SelectColumns(b, 1), trajectory.Columns);
            for (var k = 0; k < trajectory.Columns; k++)
            {
                states.Column(k).CopyTo(trajectory.Column(k)[(b * D)..]);
            }
        }

        var fit = PartitionedOperators.Fit(trajectory, D, 1e-12, la);
        var predicted = fit.Predict(trajectory.Column(trajectory.Columns - 1), Steps);

        Assert.Equal(Nodes, fit.Count);
        for (var b = 0; b < Nodes; b++)
        {
            Matrices.Close(maps[b], fit[b], 1e-8);
            var last = trajectory.Column(trajectory.Columns - 1).Slice(b * D, D).ToArray();
            var future = Planted.Trajectory(maps[b], new Matrix(D, 1, last), Steps + 1).Column(Steps).ToArray();
            Assert.Equal(future, predicted[(b * D)..((b + 1) * D)], (x, y) => Math.Abs(x - y) < 1e-8);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_T14SingleWeights_AreRatiosAndMissTheConstant(string name)
    {
        var la = Algebras.Get(name);
        var (geometric, offset) = (new Matrix(2, 21), 1.0);
        for (var t = 0; t < 21; t++)
        {
            (geometric[0, t], geometric[1, t]) = (3 * Math.Pow(0.8, t), offset + Math.Pow(0.9, t));
        }

        var fit = PartitionedOperators.Fit(geometric, 1, 1e-12, la);

        Assert.Equal(0.8, fit[0][0, 0], 1e-14);
        Assert.Equal(0.9673255074, fit[1][0, 0], 1e-10);
        Assert.Equal(3 * Math.Pow(0.8, 30), fit.Predict(geometric.Column(20), 10)[0], 1e-14);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_RestAndZeroAndBadInput_AreTold(string name)
    {
        var la = Algebras.Get(name);

        var fit = PartitionedOperators.Fit(new Matrix(5, 4), 2, 1e-12, la);

        Assert.Equal((3, 1, 0.0), (fit.Count, fit[2].Rows, fit[0][0, 0]));
        Assert.Equal(
            "the trajectory was expected to be at least 1 x 2, got 5 x 1",
            Assert.Throws<ShapeMismatchException>(() => PartitionedOperators.Fit(new Matrix(5, 1), 2, 0, la)).Message);
        Assert.Throws<ShapeMismatchException>(() => fit.Predict(new double[4], 1));
        Assert.Throws<NonFiniteDataException>(
            () => PartitionedOperators.Fit(Matrix.FromRows([[1, 1e3, 1e6]]), 1, 0, la).Predict([1.0], 1000));
    }

    private static Matrix Stable(int d, int seed)
    {
        var map = Matrices.Gaussian(d, d, 100 + seed);
        for (var i = 0; i < map.AsSpan().Length; i++)
        {
            map.AsSpan()[i] *= 0.3;
        }

        return map;
    }
}
