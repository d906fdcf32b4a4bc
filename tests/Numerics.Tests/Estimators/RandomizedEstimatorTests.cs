using System.Globalization;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

using static KoopmanMesh.Numerics.Tests.Estimators.RegressionProblems;

namespace KoopmanMesh.Numerics.Tests.Estimators;

public sealed class RandomizedEstimatorTests
{
    private static readonly Matrix _map = Matrix.FromRows([[0.9, 0.2, 0], [0, 0.5, 0.1], [0, 0, -0.7]]);

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_LowRank_IsDmd(string name)
    {
        var la = Algebras.Get(name);
        var (pairs, _) = Embedded(_map, 30, 60, 1);
        var data = SnapshotData.FromPairs(pairs);

        var fit = new RandomizedEstimator { TargetRank = 3, Oversampling = 2 }.Fit(data, la);

        var plain = new DmdEstimator().Fit(data, la);
        Matrices.Close(Map(plain), Map(fit), 1e-10);
        Close(fit.Spectrum.Eigenvalues.Span, 1e-10, plain.Spectrum.Eigenvalues.ToArray());
        Assert.Equal(plain.Diagnostics.SingularValues.Span[2], fit.Diagnostics.SingularValues.Span[2], 1e-10);
        Assert.Equal("RandomRange", fit.Diagnostics.Basis);
        Assert.Empty(fit.Diagnostics.Warnings);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_LowRankUnderNoise_HasTheEigenvaluesOfDmd(string name)
    {
        var la = Algebras.Get(name);
        var (pairs, _) = Embedded(_map, 30, 60, 2);
        Add(pairs.X, Matrices.Gaussian(30, 60, 3), 1e-3);
        Add(pairs.Y, Matrices.Gaussian(30, 60, 4), 1e-3);
        var data = SnapshotData.FromPairs(pairs);

        var fit = new RandomizedEstimator { TargetRank = 3, Oversampling = 5 }.Fit(data, la);

        var plain = new DmdEstimator { RankRule = new RankRule.Fixed(3) }.Fit(data, la);
        Close(fit.Spectrum.Eigenvalues.Span, 1e-8, plain.Spectrum.Eigenvalues.ToArray());
        Assert.Equal(plain.Diagnostics.Rank.DiscardedEnergy, fit.Diagnostics.Rank.DiscardedEnergy, 1e-10);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_SlowDecay_SaysWhatTheRangeMayMissAndPowerIterationsHelp(string name)
    {
        var la = Algebras.Get(name);
        var data = SnapshotData.FromPairs(Matrices.Gaussian(40, 60, 5), Matrices.Gaussian(40, 60, 6));

        var fit = new RandomizedEstimator { TargetRank = 5, Oversampling = 0, PowerIterations = 0 }.Fit(data, la);

        var warning = Assert.Single(fit.Diagnostics.Warnings);
        Assert.StartsWith("a random range of 5 may miss directions as large as ", warning, StringComparison.Ordinal);
        Assert.EndsWith(
            " s1: raise the target rank or the power iterations", warning, StringComparison.Ordinal);
        var more = new RandomizedEstimator { TargetRank = 5, Oversampling = 0, PowerIterations = 8 }.Fit(data, la);
        var exact = la.SingularValues(data.Pairs(1).X);
        double Error(KoopmanOperator f) =>
            Math.Abs(f.Diagnostics.SingularValues.Span[0] - exact[0]);
        Assert.InRange(Error(more), 0, Error(fit) / 2);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_GapBelowTheRange_BoundsWhatIsMissed(string name)
    {
        var la = Algebras.Get(name);
        var x = Matrices.WithSingularValues(30, 60, [5, 4, 3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3], 7);
        var data = SnapshotData.FromPairs(x, x);

        var fit = new RandomizedEstimator { TargetRank = 3, Oversampling = 2, HoldOut = 0 }.Fit(data, la);

        var text = fit.Diagnostics.Rank.Reason.Split("misses at most ")[1].Split(' ')[0];
        var missed = double.Parse(text, CultureInfo.InvariantCulture);
        Assert.InRange(missed, 1e-3 / 5, 100 * 1e-3 / 5);
        Assert.Empty(fit.Diagnostics.Warnings);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_RuleThatNeedsTheWholeSpectrum_IsExactAndSaysSo(string name)
    {
        var la = Algebras.Get(name);
        var data = SnapshotData.FromPairs(Noisy(30, 60, 0.1, 8));
        var rule = new RankRule.OptimalThreshold();

        var fit = new RandomizedEstimator { TargetRank = 3, RankRule = rule }.Fit(data, la);

        Matrices.Close(Map(new DmdEstimator { RankRule = rule }.Fit(data, la)), Map(fit), 1e-12);
        Assert.Equal(
            "the rank rule needs all singular values, so nothing was randomized",
            Assert.Single(fit.Diagnostics.Warnings));
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        static void Refused(string message, Func<RandomizedEstimator> make) => Assert.StartsWith(
            message, Assert.Throws<ArgumentOutOfRangeException>(make).Message, StringComparison.Ordinal);

        Refused("the target rank is at least 1", () => new RandomizedEstimator { TargetRank = 0 });
        Refused("the oversampling is not negative", () => new RandomizedEstimator { Oversampling = -1 });
        Refused(
            "the number of power iterations is not negative", () => new RandomizedEstimator { PowerIterations = -1 });
    }
}
