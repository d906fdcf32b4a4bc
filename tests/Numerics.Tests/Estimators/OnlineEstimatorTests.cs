using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

/// <summary>Both estimators that run through their data once, against the batch.</summary>
public sealed class OnlineEstimatorTests
{
    private static readonly Matrix _map = Matrix.FromRows([[.9, .2, 0], [0, .5, .1], [0, 0, .7]]);

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_DelaysAndAffineObservables_EqualTheBatch(string name)
    {
        var la = Algebras.Get(name);
        var starts = Matrices.Gaussian(3, 6, 2);
        Matrix[] trajectories =
            [.. Enumerable.Range(0, 6).Select(t => Planted.Trajectory(_map, starts.SelectColumns(t, 1), 12))];
        foreach (var trajectory in trajectories)
        {
            foreach (ref var value in trajectory.AsSpan())
            {
                value += 0.5;
            }
        }

        var data = SnapshotData.FromTrajectories(trajectories) with { TimeStep = 0.1 };
        var batch = new DmdEstimator { Delays = 2, Observables = ObservablesSpec.Affine }.Fit(data, la);

        var online = new OnlineEstimator { Delays = 2, Observables = ObservablesSpec.Affine }.Fit(data, la);
        var streaming = new StreamingEstimator { Delays = 2, Observables = ObservablesSpec.Affine }.Fit(data, la);

        Same(batch, online, 1e-9);
        Same(batch, streaming, 1e-6);
        Assert.Equal(("online-dmd", "streaming-dmd"), (online.Method, streaming.Method));
        Assert.Equal(
            Matrices.Norm(batch.Predict(trajectories[2].SelectColumns(0, 2), 5, la)),
            Matrices.Norm(online.Predict(trajectories[2].SelectColumns(0, 2), 5, la)), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_WeightedPairs_EqualTheWeightedBatch(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = (Matrices.Gaussian(3, 50, 1), Matrices.Gaussian(3, 50, 2));
        double[] weights = [.. Enumerable.Range(0, 50).Select(j => j % 3 * 0.5)];
        var data = SnapshotData.FromPairs(new SnapshotPairs(x, y, weights));

        var batch = new DmdEstimator().Fit(data, la);

        Same(batch, new OnlineEstimator().Fit(data, la), 1e-12);
        Same(batch, new StreamingEstimator().Fit(data, la), 1e-10);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_MapThatChangesHalfway_ForgettingAndWindowsSeeTheNewOne(string name)
    {
        var la = Algebras.Get(name);
        var x = Matrices.Gaussian(2, 400, 1);
        var (old, now) = (Matrix.FromRows([[0.9, 1], [0, 0.8]]), Matrix.FromRows([[0.3, 1], [0, 0.2]]));
        var y = Matrices.Product(old, x);
        Matrices.Product(now, x.SelectColumns(200, 200)).AsSpan().CopyTo(y.AsSpan()[400..]);
        var data = SnapshotData.FromPairs(x, y);

        var all = new OnlineEstimator().Fit(data, la);
        var forgetting = new OnlineEstimator { Forgetting = 0.8 }.Fit(data, la);
        var window = new OnlineEstimator { Window = 50 }.Fit(data, la);

        Assert.InRange(all.Spectrum.Eigenvalues.Span[0].Real, 0.4, 0.8);
        Assert.Equal(0.3, forgetting.Spectrum.Eigenvalues.Span[0].Real, 1e-10);
        Assert.Equal(0.3, window.Spectrum.Eigenvalues.Span[0].Real, 1e-12);
        Assert.InRange(window.Diagnostics.HoldOutError!.Value, 0.05, 1);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_Permuted_IsTheSameWithoutForgetting(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = (Matrices.Gaussian(3, 40, 1), Matrices.Gaussian(3, 40, 2));
        var (backX, backY) = (new Matrix(3, 40), new Matrix(3, 40));
        for (var j = 0; j < 40; j++)
        {
            x.Column(39 - j).CopyTo(backX.Column(j));
            y.Column(39 - j).CopyTo(backY.Column(j));
        }

        foreach (var estimator in (IEstimator[])[new OnlineEstimator(), new StreamingEstimator()])
        {
            Same(
                estimator.Fit(SnapshotData.FromPairs(x, y), la),
                estimator.Fit(SnapshotData.FromPairs(backX, backY), la), 1e-10);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_Turned_TurnsTheOperatorAndKeepsItsEigenvalues(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = (Matrices.Gaussian(3, 40, 1), Matrices.Gaussian(3, 40, 2));
        var q = Matrices.Orthonormal(3, 3, 5);
        var turned = SnapshotData.FromPairs(Matrices.Product(q, x), Matrices.Product(q, y));

        foreach (var estimator in (IEstimator[])
            [new OnlineEstimator { Forgetting = 0.9 }, new OnlineEstimator { Window = 20 }, new StreamingEstimator()])
        {
            var (plain, other) = (estimator.Fit(SnapshotData.FromPairs(x, y), la), estimator.Fit(turned, la));

            var expected = Matrices.Product(q, Matrices.Product(plain.Image, plain.Encoder.Transpose()));
            Matrices.Close(
                expected, Matrices.Product(Matrices.Product(other.Image, other.Encoder.Transpose()), q), 1e-10);
            Assert.Equal(
                plain.Spectrum.Eigenvalues.ToArray(), other.Spectrum.Eigenvalues.ToArray(),
                (a, b) => (a - b).Magnitude < 1e-10);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_Inputs_AreRefused(string name)
    {
        var la = Algebras.Get(name);
        var data = SnapshotData.FromTrajectories(Matrices.Gaussian(2, 9, 1)) with { Inputs = [new Matrix(1, 9)] };

        Assert.Equal(
            "the data of online-dmd was expected to be without inputs, got inputs",
            Assert.Throws<ShapeMismatchException>(() => new OnlineEstimator().Fit(data, la)).Message);
        Assert.Equal(
            "the data of streaming-dmd was expected to be without inputs, got inputs",
            Assert.Throws<ShapeMismatchException>(() => new StreamingEstimator().Fit(data, la)).Message);
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        Assert.StartsWith(
            "the factor of forgetting lies in (0, 1]",
            Assert.Throws<ArgumentOutOfRangeException>(() => new OnlineEstimator { Forgetting = 2 }).Message);
        Assert.StartsWith(
            "a window holds at least 1 pair",
            Assert.Throws<ArgumentOutOfRangeException>(() => new OnlineEstimator { Window = 0 }).Message);
        Assert.StartsWith(
            "at least 1 state is stacked",
            Assert.Throws<ArgumentOutOfRangeException>(() => new OnlineEstimator { Delays = 0 }).Message);
        Assert.StartsWith(
            "a basis holds at least 1 direction",
            Assert.Throws<ArgumentOutOfRangeException>(() => new StreamingEstimator { MaxRank = 0 }).Message);
        Assert.StartsWith(
            "the tolerance lies in (0, 1)",
            Assert.Throws<ArgumentOutOfRangeException>(() => new StreamingEstimator { Tolerance = 1 }).Message);
        Assert.StartsWith(
            "at least 1 state is stacked",
            Assert.Throws<ArgumentOutOfRangeException>(() => new StreamingEstimator { Delays = 0 }).Message);
    }

    private static void Same(KoopmanOperator expected, KoopmanOperator actual, double tolerance)
    {
        Matrices.Close(
            Matrices.Product(expected.Image, expected.Encoder.Transpose()),
            Matrices.Product(actual.Image, actual.Encoder.Transpose()), tolerance);
        Assert.Equal(
            expected.Spectrum.Eigenvalues.ToArray(), actual.Spectrum.Eigenvalues.ToArray(),
            (a, b) => (a - b).Magnitude < tolerance);
        Assert.Equal(
            expected.Spectrum.Importance.ToArray(), actual.Spectrum.Importance.ToArray(),
            (a, b) => Math.Abs(a - b) < 10 * tolerance);
    }
}
