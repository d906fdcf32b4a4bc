using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Accumulation;

public sealed class LagProductsTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Of_AnyDelaysAndLengths_AreThoseOfTheDelayVectors(string name)
    {
        var la = Algebras.Get(name);

        // The second trajectory makes no pair at q = 4 and exactly one at q = 3.
        Matrix[] trajectories =
            [Matrices.Gaussian(3, 20, 1), Matrices.Gaussian(3, 4, 2), Matrices.Gaussian(3, 9, 3)];
        foreach (var delays in (int[])[1, 2, 3, 4, 7])
        {
            Close(Direct(trajectories, delays), LagProducts.Of(trajectories, delays, la), la);
        }
    }

    // Wide enough for one lag's product to be cut by itself.
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Of_WideStates_AreThoseOfTheDelayVectors(string name)
    {
        var la = Algebras.Get(name);
        Matrix[] trajectories = [Matrices.Gaussian(260, 12, 5)];

        Close(Direct(trajectories, 1), LagProducts.Of(trajectories, 1, la), la);
    }

    // Ends a million times as large as the middle: what is added and taken away again must not hide the rest.
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Of_LargeEnds_LoseNoMoreThanTheLargestProductRounds(string name)
    {
        var la = Algebras.Get(name);
        var trajectory = Matrices.Gaussian(2, 40, 6);
        foreach (ref var value in trajectory.Column(0))
        {
            value *= 1e6;
        }

        Matrices.Close(Direct([trajectory], 3).Xx, LagProducts.Of([trajectory], 3, la).Xx, 1e-15);
    }

    private static PairProducts Direct(Matrix[] trajectories, int delays)
    {
        var pairs = SnapshotData.FromTrajectories(trajectories).Pairs(delays);
        return new PairProducts(
            Matrices.Product(pairs.X, pairs.X.Transpose()), Matrices.Product(pairs.Y, pairs.X.Transpose()),
            Matrices.Product(pairs.Y, pairs.Y.Transpose()), pairs.X.Columns);
    }

    private static void Close(PairProducts expected, DelayProducts actual, ILinearAlgebra la)
    {
        var order = expected.Xx.Rows;
        Assert.Equal(expected.Count, actual.Count);
        Matrices.Close(expected.Xx, actual.Xx, 1e-13);
        Matrices.Close(expected.Yx, actual.YxTimes(Matrix.Identity(order), la), 1e-13);
        Matrices.Close(expected.Yy, actual.YyTimes(Matrix.Identity(order), la), 1e-13);
        for (var i = 0; i < order; i++)
        {
            var (energy, still) = actual.Row(i);
            Assert.Equal(expected.Yy[i, i], energy, 1e-12);
            Assert.Equal(expected.Yy[i, i] - (2 * expected.Yx[i, i]) + expected.Xx[i, i], still, 1e-11);
        }
    }
}
