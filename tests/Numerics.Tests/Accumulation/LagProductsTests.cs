using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Accumulation;

public sealed class LagProductsTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Products_AnyDelaysAndLengths_AreThoseOfTheDelayVectors(string name)
    {
        var la = Algebras.Get(name);

        // The second trajectory makes no pair at q = 4 and exactly one at q = 3.
        Matrix[] trajectories =
            [Matrices.Gaussian(3, 20, 1), Matrices.Gaussian(3, 4, 2), Matrices.Gaussian(3, 9, 3)];
        foreach (var delays in (int[])[1, 2, 3, 4, 7])
        {
            var sums = new LagProducts(3, delays);
            foreach (var trajectory in trajectories)
            {
                sums.Add(trajectory, la);
                sums.EndTrajectory();
            }

            Close(Direct(trajectories, delays), sums.Products(la), 1e-13);
            Matrices.Close(Direct(trajectories, delays).Xx, sums.Xx(la), 1e-13);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Add_ChunksOfAnyLength_IsTheTrajectoryAtOnce(string name)
    {
        var la = Algebras.Get(name);
        var trajectory = Matrices.Gaussian(2, 30, 4);
        foreach (var chunk in (int[])[1, 2, 3, 7, 29])
        {
            var sums = new LagProducts(2, 3);
            for (var start = 0; start < 30; start += chunk)
            {
                sums.Add(trajectory.SelectColumns(start, Math.Min(chunk, 30 - start)), la);
            }

            Close(Direct([trajectory], 3), sums.Products(la), 1e-13);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Merge_ShardsInAnyOrder_SameProducts(string name)
    {
        var la = Algebras.Get(name);
        var trajectories = Enumerable.Range(0, 12).Select(i => Matrices.Gaussian(2, 15 + i, 10 + i)).ToArray();
        var expected = Direct(trajectories, 3);
        foreach (var order in (int[][])[[.. Enumerable.Range(0, 12)], [.. Enumerable.Range(0, 12).Reverse()]])
        {
            var total = new LagProducts(2, 3);
            foreach (var t in order)
            {
                var shard = new LagProducts(2, 3);
                shard.Add(trajectories[t], la);
                total.Merge(shard);
            }

            Close(expected, total.Products(la), 1e-13);
        }
    }

    // Wide enough for one lag's product to be cut by itself.
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Products_WideStates_AreThoseOfTheDelayVectors(string name)
    {
        var la = Algebras.Get(name);
        var trajectory = Matrices.Gaussian(260, 12, 5);
        var sums = new LagProducts(260, 1);
        sums.Add(trajectory, la);

        Close(Direct([trajectory], 1), sums.Products(la), 1e-13);
    }

    // Ends a million times as large as the middle: what is added and taken away again must not hide the rest.
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Products_LargeEnds_LoseNoMoreThanTheLargestProductRounds(string name)
    {
        var la = Algebras.Get(name);
        var trajectory = Matrices.Gaussian(2, 40, 6);
        foreach (ref var value in trajectory.Column(0))
        {
            value *= 1e6;
        }

        var sums = new LagProducts(2, 3);
        sums.Add(trajectory, la);

        Matrices.Close(Direct([trajectory], 3).Xx, sums.Xx(la), 1e-15);
    }

    [Fact]
    public void Add_BadStates_AreRefusedAndNothingIsAdded()
    {
        var la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);
        var sums = new LagProducts(2, 1);
        sums.Add(Matrices.Gaussian(2, 5, 7), la);
        var broken = Matrices.Gaussian(2, 5, 8);
        broken[1, 3] = double.NaN;

        Assert.Throws<NonFiniteDataException>(() => sums.Add(broken, la));
        Assert.Equal(
            "the matrix of states was expected to be 2 x 5, got 3 x 5",
            Assert.Throws<ShapeMismatchException>(() => sums.Add(Matrices.Gaussian(3, 5, 8), la)).Message);
        Assert.Equal(
            "the other sum was expected to be 2 features and 1 delays, got 2 features and 2 delays",
            Assert.Throws<ShapeMismatchException>(() => sums.Merge(new LagProducts(2, 2))).Message);
        Assert.Equal(4, sums.Count);
    }

    private static PairProducts Direct(Matrix[] trajectories, int delays)
    {
        var pairs = SnapshotData.FromTrajectories(trajectories).Pairs(delays);
        return new PairProducts(
            Matrices.Product(pairs.X, pairs.X.Transpose()), Matrices.Product(pairs.Y, pairs.X.Transpose()),
            Matrices.Product(pairs.Y, pairs.Y.Transpose()), pairs.X.Columns);
    }

    private static void Close(PairProducts expected, PairProducts actual, double tolerance)
    {
        Matrices.Close(expected.Xx, actual.Xx, tolerance);
        Matrices.Close(expected.Yx, actual.Yx, tolerance);
        Matrices.Close(expected.Yy, actual.Yy, tolerance);
        Assert.Equal(expected.Count, actual.Count);
    }
}
