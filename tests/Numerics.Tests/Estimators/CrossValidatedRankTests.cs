using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

public sealed class CrossValidatedRankTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_PlantedRankThreeInNoise_FindsItWhereTheDefaultKeepsNoise(string name)
    {
        var la = Algebras.Get(name);
        var hits = 0;
        for (var seed = 0; seed < 10; seed++)
        {
            var data = SnapshotData.FromPairs(Noisy(12, 200, 0.01, seed));

            var chosen = new DmdEstimator { RankRule = new CrossValidatedRank() }.Fit(data, la);

            hits += chosen.Rank == 3 ? 1 : 0;
            Assert.StartsWith("cross-validated over 5 folds: error ", chosen.Diagnostics.Rank.Reason);
            Assert.Contains(" at " + chosen.Rank + " of 1..12", chosen.Diagnostics.Rank.Reason);
            Assert.Equal(12, new DmdEstimator().Fit(data, la).Rank);
            Assert.Equal(3, new DmdEstimator { RankRule = new RankRule.OptimalThreshold() }.Fit(data, la).Rank);
        }

        Assert.InRange(hits, 9, 10);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_WeakDirectionThatDrivesTheState_IsKeptThoughTheOptimalThresholdCutsIt(string name)
    {
        // x_2 is a hundredth of x_1, below the threshold for white noise of x_3, x_4, …, and still all that x_1 follows.
        var la = Algebras.Get(name);
        var (x, noise) = (Matrices.Gaussian(8, 300, 5), Matrices.Gaussian(8, 300, 6));
        var y = new Matrix(8, 300);
        for (var j = 0; j < 300; j++)
        {
            x[1, j] *= 0.01;
            for (var i = 2; i < 8; i++)
            {
                x[i, j] *= 0.02;
                y[i, j] = 0.02 * noise[i, j];
            }

            y[0, j] = (0.5 * x[0, j]) + (80 * x[1, j]);
        }

        var data = SnapshotData.FromPairs(x, y);
        var chosen = new DmdEstimator { RankRule = new CrossValidatedRank() }.Fit(data, la);
        var threshold = new DmdEstimator { RankRule = new RankRule.OptimalThreshold() }.Fit(data, la);

        Assert.Equal(8, chosen.Rank);
        Assert.InRange(threshold.Rank, 1, 7);
        Assert.InRange(chosen.Diagnostics.HoldOutError!.Value, 0, 0.2 * threshold.Diagnostics.HoldOutError!.Value);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_ExactData_KeepsAllDirectionsOfTheMapAndNoRoundOff(string name)
    {
        var la = Algebras.Get(name);
        var defective = Matrix.FromRows([[0.6, 1, 0], [0, 0.6, 0], [0, 0, 0]]);

        var fit = new DmdEstimator { RankRule = new CrossValidatedRank() }
            .Fit(SnapshotData.FromPairs(Planted.Linear(defective, 60, 3)), la);
        var capped = new DmdEstimator { RankRule = new CrossValidatedRank(MaxRank: 2) }
            .Fit(SnapshotData.FromPairs(Planted.Linear(defective, 60, 3)), la);

        Assert.Equal(3, fit.Rank);
        Assert.Equal(2, capped.Rank);
        Assert.Contains(" of 1..2", capped.Diagnostics.Rank.Reason);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_LeastError_KeepsAtLeastAsMuchAsOneStandardError(string name)
    {
        var la = Algebras.Get(name);
        var data = SnapshotData.FromPairs(Noisy(10, 60, 0.1, 3));

        var least = new DmdEstimator { RankRule = new CrossValidatedRank(OneStandardError: false) }.Fit(data, la);
        var one = new DmdEstimator { RankRule = new CrossValidatedRank() }.Fit(data, la);

        Assert.InRange(one.Rank, 1, least.Rank);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_TooLittleData_KeepsEverythingAndSaysSo(string name)
    {
        var la = Algebras.Get(name);

        var fit = new DmdEstimator { RankRule = new CrossValidatedRank() }
            .Fit(SnapshotData.FromPairs(new Matrix(2, 1, [1, 2]), new Matrix(2, 1, [3, 4])), la);
        var zero = new DmdEstimator { RankRule = new CrossValidatedRank() }
            .Fit(SnapshotData.FromPairs(new Matrix(2, 9), new Matrix(2, 9)), la);

        Assert.Equal(1, fit.Rank);
        Assert.StartsWith("too little data to cross-validate, everything kept", fit.Diagnostics.Rank.Reason);
        Assert.Equal("the matrix is zero", zero.Diagnostics.Rank.Reason);
    }

    [Fact]
    public void Decide_WithoutPairs_UsesTheOptimalThresholdAndSaysSo()
    {
        var decision = new CrossValidatedRank().Decide([50, 30, 1, 0.9, 0.8, 0.7], 6, 6);

        Assert.Equal(new RankRule.OptimalThreshold().Decide([50, 30, 1, 0.9, 0.8, 0.7], 6, 6).Rank, decision.Rank);
        Assert.StartsWith("no pairs to cross-validate here; optimal threshold", decision.Reason);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_OptionsOutOfRange_AreRefused(string name)
    {
        var (la, data) = (Algebras.Get(name), SnapshotData.FromPairs(Noisy(3, 20, 0.1, 3)));

        var folds = Assert.Throws<ArgumentOutOfRangeException>(
            () => new DmdEstimator { RankRule = new CrossValidatedRank(1) }.Fit(data, la));
        var rank = Assert.Throws<ArgumentOutOfRangeException>(
            () => new DmdEstimator { RankRule = new CrossValidatedRank(MaxRank: 0) }.Fit(data, la));

        Assert.StartsWith("Folds ('1') must be greater than or equal to '2'.", folds.Message);
        Assert.StartsWith("MaxRank ('0') must be greater than or equal to '1'.", rank.Message);
    }

    /// <summary>A non-normal rank-3 map seen through n sensors with noise of its own on both sides.</summary>
    private static SnapshotPairs Noisy(int n, int m, double noise, int seed)
    {
        var a = Matrix.FromRows([[0.9, 0.4, 0], [0, 0.7, 0.3], [0, 0, 0.5]]);
        var (sensors, z) = (Matrices.Orthonormal(n, 3, seed), Matrices.Gaussian(3, m, seed + 1));
        var x = Matrices.Product(sensors, z);
        var y = Matrices.Product(sensors, Matrices.Product(a, z));
        var (e, f) = (Matrices.Gaussian(n, m, seed + 2), Matrices.Gaussian(n, m, seed + 3));
        for (var i = 0; i < n * m; i++)
        {
            x.AsSpan()[i] += noise * e.AsSpan()[i];
            y.AsSpan()[i] += noise * f.AsSpan()[i];
        }

        return new SnapshotPairs(x, y);
    }
}
