using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.Fitting;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

using static KoopmanMesh.Numerics.Tests.Estimators.RegressionProblems;

namespace KoopmanMesh.Numerics.Tests.Estimators;

/// <summary>How many digits each regression keeps of a planted map when snapshots have condition 1e10.</summary>
public sealed class RegressionAccuracyTests
{
    [Theory]
    [MemberData(nameof(FreeOnAll), MemberType = typeof(RegressionProblems))]
    public void Fit_SnapshotsOfConditionOneE10_LoseTenDigitsAndNoMore(string algebra, string method)
    {
        var la = Algebras.Get(algebra);
        var estimator = Get(method) with { RankRule = new RankRule.RelTol(1e-13), HoldOut = 0 };
        estimator = estimator switch
        {
            ReducedRankEstimator reduced => reduced with { RegressionRank = RankRule.Full },
            RidgeEstimator ridge => ridge with { Penalty = 1e-30 },
            _ => estimator,
        };
        var pairs = Ill();

        var fit = estimator.Fit(Data(estimator, pairs), la);

        // 1e10 eps, and a tenfold for the map's own condition; the predictions lose nothing.
        Close(fit.Spectrum.Eigenvalues.Span, 1e10 * 2.2e-16 * 10, 0.9, -0.7, 0.5);
        Assert.InRange(PlantedPairs.RelativeError(pairs.Y, Matrices.Product(Map(fit), pairs.X)), 0, 1e-13);
        Assert.Equal(10, fit.Diagnostics.DigitsLost, 0.5);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_RidgeAboveTheSquareOfADirection_GivesItUp(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Ill();

        var fit = new RidgeEstimator { Penalty = 1e-14, RankRule = new RankRule.RelTol(1e-13) }
            .Fit(SnapshotData.FromPairs(pairs), la);

        Assert.InRange(fit.Spectrum.Eigenvalues.Span[2].Magnitude, 0, 1e-3);
        Assert.InRange(PlantedPairs.RelativeError(pairs.Y, Matrices.Product(Map(fit), pairs.X)), 1e-11, 1e-9);
        Assert.Equal("s > 1E-13 s1; a ridge of 1E-14 leaves 2 effective", fit.Diagnostics.Rank.Reason);
    }

    private static SnapshotPairs Ill()
    {
        var a = Matrix.FromRows([[0.9, 0.2, 0], [0, 0.5, 0.1], [0, 0, -0.7]]);
        var basis = Matrices.Orthonormal(8, 3, 1);
        var z = Matrices.WithSingularValues(3, 30, [1, 1e-5, 1e-10], 2);
        return new SnapshotPairs(Matrices.Product(basis, z), Matrices.Product(basis, Matrices.Product(a, z)));
    }
}
