using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

using static KoopmanMesh.Numerics.Tests.Estimators.RegressionProblems;

namespace KoopmanMesh.Numerics.Tests.Estimators;

public sealed class ReducedRankEstimatorTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_FullRank_IsDmd(string name)
    {
        var la = Algebras.Get(name);
        var data = SnapshotData.FromPairs(Noisy(5, 30, 0.3, 1));

        var fit = new ReducedRankEstimator { RegressionRank = RankRule.Full }.Fit(data, la);

        Matrices.Close(Map(new DmdEstimator().Fit(data, la)), Map(fit), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_LowerRank_HasTheErrorOfEckartAndYoung(string name)
    {
        var la = Algebras.Get(name);
        var noisy = Noisy(5, 30, 0.5, 2);
        var (x, y) = (noisy.X, noisy.Y);
        var best = Map(new DmdEstimator().Fit(SnapshotData.FromPairs(x, y), la));
        var projected = Matrices.Product(best, x);
        var s = la.SingularValues(projected);

        foreach (var r in (int[])[1, 2, 4])
        {
            var fit = new ReducedRankEstimator { RegressionRank = new RankRule.Fixed(r) }
                .Fit(SnapshotData.FromPairs(x, y), la);

            var error = Math.Pow(Matrices.Distance(y, Matrices.Product(Map(fit), x)), 2);
            var expected = Math.Pow(Matrices.Distance(y, projected), 2) + s[r..].Sum(value => value * value);
            Assert.Equal(expected, error, 1e-10);
            Assert.Equal((r, r), (fit.Rank, fit.Spectrum.Eigenvalues.Length));
            var truncated = new DmdEstimator { RankRule = new RankRule.Fixed(r) }.Fit(SnapshotData.FromPairs(x, y), la);
            Assert.InRange(error, 0, Math.Pow(Matrices.Distance(y, Matrices.Product(Map(truncated), x)), 2));
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_LargeDirectionWithoutFuture_IsNotWhatIsKept(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Planted.Linear(Matrix.FromRows([[0, 0], [0, 0.9]]), 40, 3);
        foreach (var j in Enumerable.Range(0, 40))
        {
            pairs.X[0, j] *= 100;
        }

        var data = SnapshotData.FromPairs(pairs);
        var fit = new ReducedRankEstimator { RegressionRank = new RankRule.Fixed(1) }.Fit(data, la);
        var truncated = new DmdEstimator { RankRule = new RankRule.Fixed(1) }.Fit(data, la);

        Close(fit.Spectrum.Eigenvalues.Span, 1e-12, 0.9);
        Assert.InRange(fit.Diagnostics.HoldOutError!.Value, 0, 1e-12);
        Assert.InRange(truncated.Diagnostics.HoldOutError!.Value, 0.9, 1.1);
        Assert.Equal("fixed at 1 (of Y; of X 2: s > 1E-08 s1)", fit.Diagnostics.Rank.Reason);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_NilpotentMap_HasOneEigenvalueZero(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Planted.Linear(Matrix.FromRows([[0, 1], [0, 0]]), 20, 4);

        var fit = new ReducedRankEstimator().Fit(SnapshotData.FromPairs(pairs), la);

        Close(fit.Spectrum.Eigenvalues.Span, 1e-12, 0);
        Matrices.Close(Matrix.FromRows([[0, 1], [0, 0]]), Map(fit), 1e-12);
    }
}
