using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Online;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Online;

public sealed class OnlineDmdTests
{
    private const int N = 5;
    private const int M = 90;

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Update_T22AllPairs_EqualsTheBatch(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = (Matrices.Gaussian(N, M, 1), Matrices.Gaussian(N, M, 2));

        foreach (var block in (int[])[1, 4, 90])
        {
            var online = Run(x, y, new OnlineDmdOptions(), block, la);

            Assert.True(online.IsRecursive);
            Matrices.Close(Batch(x, y, j => 1, la), online.Koopman(la), 1e-12);
            Same(Fit(x, y, _ => 1, la), online.ToOperator(la), 1e-12);
            Assert.Equal(M, online.ToOperator(la).Diagnostics.Pairs);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Update_Forgetting_EqualsTheWeightedBatch(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = (Matrices.Gaussian(N, M, 1), Matrices.Gaussian(N, M, 2));

        foreach (var (block, refresh) in ((int, int)[])[(1, 1000), (7, 20), (90, 1000)])
        {
            var online = Run(x, y, new OnlineDmdOptions { Forgetting = 0.9, RefreshEvery = refresh }, block, la);

            Matrices.Close(Batch(x, y, j => Math.Pow(0.9, M - 1 - j), la), online.Koopman(la), 1e-11);
            Same(Fit(x, y, j => Math.Pow(0.9, M - 1 - j), la), online.ToOperator(la), 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Update_Window_EqualsTheBatchOnTheWindow(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = (Matrices.Gaussian(N, M, 1), Matrices.Gaussian(N, M, 2));
        var (lastX, lastY) = (x.SelectColumns(M - 30, 30), y.SelectColumns(M - 30, 30));

        foreach (var (rho, block) in ((double, int)[])[(1, 1), (1, 7), (0.9, 1), (0.9, 50)])
        {
            var options = new OnlineDmdOptions { Window = 30, Forgetting = rho };
            var online = Run(x, y, options, block, la);

            Assert.True(online.IsRecursive);
            Assert.Equal(0, online.Recoveries);
            Matrices.Close(Batch(lastX, lastY, j => Math.Pow(rho, 29 - j), la), online.Koopman(la), 1e-11);
            Same(Fit(lastX, lastY, j => Math.Pow(rho, 29 - j), la), online.ToOperator(la), 1e-12);
            Assert.Equal(30, online.ToOperator(la).Diagnostics.Pairs);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Update_Prior_IsARidgeOfOneOverDelta(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = (Matrices.Gaussian(N, 3, 1), Matrices.Gaussian(N, 3, 2));
        var online = new OnlineDmd(N, new OnlineDmdOptions { InitialCovariance = 100, Forgetting = 0.5 });
        for (var j = 0; j < 3; j++)
        {
            online.Update(x.Column(j), y.Column(j), la);
        }

        // (X W X' + rho^3 / delta I)^(-1), by the least squares that has the ridge as further pairs (e_i, 0).
        var (ridgeX, ridgeY) = (new Matrix(N, N + 3), new Matrix(N, N + 3));
        x.AsSpan().CopyTo(ridgeX.AsSpan());
        y.AsSpan().CopyTo(ridgeY.AsSpan());
        for (var i = 0; i < N; i++)
        {
            ridgeX[i, 3 + i] = 1;
        }

        Assert.True(online.IsRecursive);
        Assert.Equal(3, online.Count);
        Matrices.Close(
            Batch(ridgeX, ridgeY, j => j < 3 ? Math.Pow(0.5, 2 - j) : 0.125 / 100, la), online.Koopman(la), 1e-11);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Update_DefectiveNonNormalMap_IsFollowedAndPredicted(string name)
    {
        var la = Algebras.Get(name);
        var a = Matrix.FromRows([[0.6, 5, 0], [0, 0.6, 0], [0, 0, -0.3]]);
        var (pairs, online) = (Planted.Linear(a, 40, 3), new OnlineDmd(3, new OnlineDmdOptions()));

        online.Update(pairs.X.SelectColumns(0, 3), pairs.Y.SelectColumns(0, 3), la);
        online.Update(pairs.X.SelectColumns(3, 37), pairs.Y.SelectColumns(3, 37), la);

        Matrices.Close(a, online.Koopman(la), 1e-11);
        Assert.InRange(online.PredictionError!.Value, 0, 1e-11);
        Matrices.Close(
            Planted.Trajectory(a, pairs.X.SelectColumns(0, 1), 5).SelectColumns(1, 4),
            online.ToOperator(la).Predict(pairs.X.SelectColumns(0, 1), 4, la), 1e-11);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Update_RankDeficientPairs_AreSolvedForWithoutARecursion(string name)
    {
        var la = Algebras.Get(name);
        var x = Matrices.WithSingularValues(N, M, [3, 2, 1], 5);
        var y = Matrices.Product(Matrices.Gaussian(N, N, 7), x);

        var online = Run(x, y, new OnlineDmdOptions(), 1, la);

        Assert.False(online.IsRecursive);
        Assert.Equal(3, online.ToOperator(la).Rank);
        Matrices.Close(y, Matrices.Product(online.Koopman(la), x), 1e-12);
        Same(Fit(x, y, _ => 1, la), online.ToOperator(la), 1e-11);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Update_ConditionOf1E10_KeepsTheDigitsOfTheBatch(string name)
    {
        var la = Algebras.Get(name);
        var x = Matrices.WithSingularValues(3, 60, [1, 1e-5, 1e-10], 5);
        var a = Matrix.FromRows([[0.9, 0.4, 0], [0, 0.7, 0.3], [0, 0, 0.5]]);
        var options = new OnlineDmdOptions { RankRule = RankRule.Full };

        var online = Run(x, Matrices.Product(a, x), options, 1, la);

        Assert.False(online.IsRecursive);
        Matrices.Close(a, online.Koopman(la), 1e-4);
        Assert.Equal(3, online.ToOperator(la).Rank);
        Assert.Equal(1e10, online.ToOperator(la).Diagnostics.ConditionNumber, 1e4);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Update_WindowThatLosesADirection_RecoversAndSaysSo(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = (Matrices.Gaussian(2, 60, 1), Matrices.Gaussian(2, 60, 2));
        for (var j = 20; j < 40; j++)
        {
            (x[1, j], y[1, j]) = (0, 0);
        }

        var online = Run(x, y, new OnlineDmdOptions { Window = 15 }, 1, la);

        // P has no inverse while the window holds nothing of x_2; afterwards the recursion runs again.
        Assert.True(online.IsRecursive);
        Assert.InRange(online.Recoveries, 1, 3);
        Matrices.Close(Batch(x.SelectColumns(45, 15), y.SelectColumns(45, 15), _ => 1, la), online.Koopman(la), 1e-11);
        Assert.StartsWith("the recursion broke down ", Assert.Single(online.ToOperator(la).Diagnostics.Warnings));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Update_ForgettingWithoutExcitation_EndsTheRecursionAndNotTheAnswer(string name)
    {
        // x_2 is seen once and forgotten for 2,000 pairs: P grows as rho^(-2000) = 1e91 along it.
        var la = Algebras.Get(name);
        var online = new OnlineDmd(2, new OnlineDmdOptions { Forgetting = 0.9, RefreshEvery = 50 });
        online.Update(new Matrix(2, 2, [1, 0, 0, 1]), new Matrix(2, 2, [2, 0, 0, 3]), la);
        var (x, y) = (new Matrix(2, 100), new Matrix(2, 100));
        for (var j = 0; j < 100; j++)
        {
            (x[0, j], y[0, j]) = (1, 2);
        }

        for (var block = 0; block < 20; block++)
        {
            online.Update(x, y, la);
        }

        Assert.False(online.IsRecursive);
        Assert.Equal(2, online.Koopman(la)[0, 0], 1e-12);
        Assert.Equal(1, online.ToOperator(la).Rank);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Update_TenThousandPairsBetweenRestarts_DriftLessThanConditionSquared(string name)
    {
        var la = Algebras.Get(name);
        var x = Matrices.WithSingularValues(3, 5000, [1, 1e-1, 1e-3], 5);
        var a = Matrix.FromRows([[0.9, 0.4, 0], [0, 0.7, 0.3], [0, 0, 0.5]]);
        var y = Matrices.Product(a, x);

        var drifting = Run(x, y, new OnlineDmdOptions { RefreshEvery = 1_000_000 }, 1, la);
        var refreshed = Run(x, y, new OnlineDmdOptions { RefreshEvery = 100 }, 1, la);

        Matrices.Close(a, drifting.Koopman(la), 1e-9);
        Matrices.Close(a, refreshed.Koopman(la), 1e-9);
        Matrices.Close(a, Batch(x, y, _ => 1, la), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void ToOperator_Asked_DoesNotChangeWhatIsLearned(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = (Matrices.Gaussian(N, M, 1), Matrices.Gaussian(N, M, 2));
        var (asked, silent) = (new OnlineDmd(N, new OnlineDmdOptions()), new OnlineDmd(N, new OnlineDmdOptions()));
        for (var j = 0; j < M; j++)
        {
            asked.Update(x.Column(j), y.Column(j), la);
            silent.Update(x.Column(j), y.Column(j), la);
            _ = asked.ToOperator(la);
        }

        Assert.Equal(silent.Koopman(la).AsSpan().ToArray(), asked.Koopman(la).AsSpan().ToArray());
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void BadInput_IsRefusedAndNothingIsLearned(string name)
    {
        var la = Algebras.Get(name);
        var online = new OnlineDmd(2, new OnlineDmdOptions());
        var bad = new Matrix(2, 3, [1, 2, 3, double.NaN, 5, 6]);

        var nan = Assert.Throws<NonFiniteDataException>(() => online.Update(new Matrix(2, 3), bad, la));
        var shape = Assert.Throws<ShapeMismatchException>(() => online.Update(new Matrix(2, 3), new Matrix(2, 2), la));
        var one = Assert.Throws<ShapeMismatchException>(() => online.Update([1, 2], [1], la));
        var huge = Assert.Throws<ArgumentOutOfRangeException>(() => online.Update([1, 1e200], [1, 2], la));
        var empty = Assert.Throws<ShapeMismatchException>(() => online.ToOperator(la));

        Assert.StartsWith("feature 1 of successor 1 of the block holds NaN", nan.Message);
        Assert.Equal("the block of successors was expected to be 2 x 3, got 2 x 2", shape.Message);
        Assert.Equal("the successor was expected to be 2 long, got 1", one.Message);
        Assert.StartsWith("the largest magnitude of the data lies between", huge.Message);
        Assert.Equal("the stream was expected to be at least 1 pair, got none", empty.Message);
        Assert.Equal(0, online.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnlineDmdOptions { Forgetting = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnlineDmdOptions { Forgetting = 1.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnlineDmdOptions { Window = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnlineDmdOptions { InitialCovariance = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnlineDmdOptions { RefreshEvery = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnlineDmdOptions { TimeStep = 0 });
    }

    private static OnlineDmd Run(Matrix x, Matrix y, OnlineDmdOptions options, int block, ILinearAlgebra la)
    {
        var online = new OnlineDmd(x.Rows, options);
        for (var start = 0; start < x.Columns; start += block)
        {
            var count = Math.Min(block, x.Columns - start);
            online.Update(x.SelectColumns(start, count), y.SelectColumns(start, count), la);
        }

        return online;
    }

    private static KoopmanOperator Fit(Matrix x, Matrix y, Func<int, double> weight, ILinearAlgebra la) =>
        new DmdEstimator().Fit(
            SnapshotData.FromPairs(
                new SnapshotPairs(x, y, Enumerable.Range(0, x.Columns).Select(weight).ToArray())), la);

    private static Matrix Batch(Matrix x, Matrix y, Func<int, double> weight, ILinearAlgebra la)
    {
        var fit = new DmdEstimator { RankRule = RankRule.Full }.Fit(
            SnapshotData.FromPairs(
                new SnapshotPairs(x, y, Enumerable.Range(0, x.Columns).Select(weight).ToArray())), la);
        return Matrices.Product(fit.Image, fit.Encoder.Transpose());
    }

    private static void Same(KoopmanOperator expected, KoopmanOperator actual, double tolerance)
    {
        Matrices.Close(
            Matrices.Product(expected.Image, expected.Encoder.Transpose()),
            Matrices.Product(actual.Image, actual.Encoder.Transpose()), tolerance);
        Assert.Equal(
            expected.Spectrum.Eigenvalues.ToArray(), actual.Spectrum.Eigenvalues.ToArray(),
            (a, b) => (a - b).Magnitude < 100 * tolerance);
        Assert.Equal(expected.Diagnostics.FitError!.Value, actual.Diagnostics.FitError!.Value, 1e-10);
    }
}
