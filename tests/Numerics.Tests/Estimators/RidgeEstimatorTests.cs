using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

using static KoopmanMesh.Numerics.Tests.Estimators.RegressionProblems;

namespace KoopmanMesh.Numerics.Tests.Estimators;

public sealed class RidgeEstimatorTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_AnyPenalty_SolvesTheNormalEquations(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Noisy(5, 30, 0.3, 1);
        foreach (var penalty in (double[])[1e-3, 0.1, 10])
        {
            var fit = new RidgeEstimator { Penalty = penalty, RankRule = RankRule.Full }
                .Fit(SnapshotData.FromPairs(pairs), la);

            // K (X W X' + gamma I) = Y W X', gamma = penalty trace(X W X') / N.
            var weighted = Matrices.Scaled(pairs.X, pairs.Weights.ToArray()).Transpose();
            var (xx, yx) = (Matrices.Product(pairs.X, weighted), Matrices.Product(pairs.Y, weighted));
            var gamma = penalty * Enumerable.Range(0, 5).Sum(i => xx[i, i]) / 5;
            Add(xx, Matrix.Identity(5), gamma);
            Matrices.Close(yx, Matrices.Product(Map(fit), xx), 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_VanishingPenalty_IsDmd(string name)
    {
        var la = Algebras.Get(name);
        var data = SnapshotData.FromPairs(Noisy(5, 30, 0.3, 2));
        var plain = Map(new DmdEstimator().Fit(data, la));

        var none = Map(new RidgeEstimator { Penalty = 0 }.Fit(data, la));
        Assert.Equal(plain.AsSpan().ToArray(), none.AsSpan().ToArray());
        Matrices.Close(plain, Map(new RidgeEstimator { Penalty = 1e-14 }.Fit(data, la)), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_EqualDirections_AreShrunkByOnePlusPenalty(string name)
    {
        var la = Algebras.Get(name);
        var x = Matrices.Orthonormal(20, 2, 3).Transpose();
        var pairs = new SnapshotPairs(x, Matrices.Product(Rotation(0.3), x));

        var fit = new RidgeEstimator { Penalty = 0.25 }.Fit(SnapshotData.FromPairs(pairs), la);

        Assert.Equal(1 / 1.25, fit.Spectrum.Eigenvalues.Span[0].Magnitude, 1e-12);
        Assert.Equal("s > 1E-08 s1; a ridge of 2.5E-01 leaves 1.6 effective", fit.Diagnostics.Rank.Reason);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Penalty_NegativeOrNotFinite_IsRefused(double penalty)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new RidgeEstimator { Penalty = penalty });

        Assert.StartsWith("the ridge is finite and not negative", error.Message, StringComparison.Ordinal);
    }
}
