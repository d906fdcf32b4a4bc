using System.Numerics;

using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Tests.Accumulation;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

public sealed class BootstrapTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_FirstOrderAutoregressions_IntervalsCoverThePlantedRoots(string name)
    {
        var la = Algebras.Get(name);
        var (covered, of) = (0, 0);
        for (var seed = 0; seed < 40; seed++)
        {
            var fit = new DmdEstimator { HoldOut = 0, Bootstraps = 60 }
                .Fit(SnapshotData.FromTrajectories(Autoregression(600, seed)), la);

            foreach (var root in (double[])[0.8, 0.3])
            {
                var i = Enumerable.Range(0, 2).MinBy(k => Complex.Abs(fit.Spectrum.Eigenvalues.Span[k] - root));
                covered += fit.Intervals!.Low.Span[i].Real <= root && root <= fit.Intervals.High.Span[i].Real ? 1 : 0;
                of++;
            }
        }

        // Nominal 95 %; over 400 seeds and 200 replicates it is about 92 %.
        Assert.InRange(covered / (double)of, 0.85, 1);
    }

    [Theory]
    [MemberData(nameof(Streams.ExactOnAll), MemberType = typeof(Streams))]
    public void Of_SummaryWithTheSameBlocks_GivesTheSameIntervals(string name, SummaryKind kind)
    {
        // 1,280 pairs fill 20 blocks of 64, in memory and in the summary alike.
        var la = Algebras.Get(name);
        var data = SnapshotData.FromTrajectories(Autoregression(1281, 7));
        var estimator = new DmdEstimator { RankRule = new CrossValidatedRank(), Bootstraps = 20, BootstrapSeed = 3 };
        var frame = PairFrame.Of(data, data.Pairs(1), estimator, la);
        var summary = Streams.Summary(new LiftedPairs(data.Pairs(1), null), new SummaryOptions { Kind = kind }, la);

        var (raw, summed) = (estimator.Fit(data, la), estimator.Fit(summary, frame, la));
        var options = new BootstrapOptions { Replicates = 20, Seed = 3 };
        var apart = Bootstrap.Of(estimator, summary, frame, options, la);

        Assert.Equal(raw.Rank, summed.Rank);
        Assert.Equal(raw.Diagnostics.Rank.Reason, summed.Diagnostics.Rank.Reason);
        static bool Close(Complex a, Complex b) => (a - b).Magnitude < 1e-10;
        Assert.Equal(raw.Intervals!.Low.ToArray(), summed.Intervals!.Low.ToArray(), Close);
        Assert.Equal(raw.Intervals.High.ToArray(), summed.Intervals.High.ToArray(), Close);
        Assert.Equal(raw.Intervals.StandardDeviation.ToArray(), apart!.StandardDeviation.ToArray(), Close);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_ExactData_HasIntervalsOfNoWidthAndExactConjugates(string name)
    {
        var la = Algebras.Get(name);
        var turn = Matrix.FromRows([[0.9, -0.4, 0], [0.4, 0.9, 0], [0, 0, 0.5]]);

        var fit = new DmdEstimator { Bootstraps = 20 }.Fit(SnapshotData.FromPairs(Planted.Linear(turn, 60, 1)), la);

        var intervals = Assert.IsType<KoopmanIntervals>(fit.Intervals);
        Assert.Equal((20, 0, "block bootstrap"), (intervals.Replicates, intervals.Failed, intervals.Method));
        for (var i = 0; i < 3; i++)
        {
            var lambda = fit.Spectrum.Eigenvalues.Span[i];
            Assert.InRange(Complex.Abs(intervals.Low.Span[i] - lambda), 0, 1e-12);
            Assert.InRange(Complex.Abs(intervals.High.Span[i] - lambda), 0, 1e-12);
            Assert.InRange(Complex.Abs(intervals.Mean.Span[i] - lambda), 0, 1e-12);
            Assert.InRange(Complex.Abs(intervals.StandardDeviation.Span[i]), 0, 1e-12);
        }

        Assert.Equal(intervals.Low.Span[0].Real, intervals.Low.Span[1].Real);
        Assert.Equal(intervals.Low.Span[0].Imaginary, -intervals.High.Span[1].Imaginary);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_SameSeed_SameBitsAndAnotherSeedOthers(string name)
    {
        var la = Algebras.Get(name);
        var data = SnapshotData.FromTrajectories(Autoregression(200, 3));
        KoopmanIntervals Of(int seed) =>
            new DmdEstimator { HoldOut = 0, Bootstraps = 20, BootstrapSeed = seed }.Fit(data, la).Intervals!;

        var (first, again, other) = (Of(1), Of(1), Of(2));

        Assert.Equal(first.Low.ToArray(), again.Low.ToArray());
        Assert.Equal(first.StandardDeviation.ToArray(), again.StandardDeviation.ToArray());
        Assert.NotEqual(first.Low.ToArray(), other.Low.ToArray());
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_DrawsThatMissADirection_AreCountedAsFailed(string name)
    {
        // x_2 is not zero in one of the 20 blocks alone; a draw misses that with probability (19/20)^20 = 0.36.
        var la = Algebras.Get(name);
        var x = new Matrix(2, 20);
        for (var j = 0; j < 20; j++)
        {
            (x[0, j], x[1, j]) = (j + 1, j == 7 ? 1 : 0);
        }

        var fit = new DmdEstimator { HoldOut = 0, Bootstraps = 100 }.Fit(SnapshotData.FromPairs(x, x), la);

        Assert.Equal(100, fit.Intervals!.Replicates + fit.Intervals.Failed);
        Assert.InRange(fit.Intervals.Failed, 20, 52);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_OnePair_HasNoIntervalsAndSaysSo(string name)
    {
        var la = Algebras.Get(name);

        var fit = new DmdEstimator { Bootstraps = 5 }
            .Fit(SnapshotData.FromPairs(new Matrix(1, 1, [2]), new Matrix(1, 1, [1])), la);

        Assert.Null(fit.Intervals);
        Assert.Contains(
            "no intervals: fewer than 2 of 5 bootstrap replicates, or of blocks, gave numbers",
            fit.Diagnostics.Warnings);
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        var once = Assert.Throws<ArgumentOutOfRangeException>(() => new DmdEstimator { Bootstraps = 1 });
        var few = Assert.Throws<ArgumentOutOfRangeException>(() => new BootstrapOptions { Replicates = 1 });
        var level = Assert.Throws<ArgumentOutOfRangeException>(() => new BootstrapOptions { Level = 1 });

        Assert.StartsWith("the number of bootstrap replicates is 0 or at least 2", once.Message);
        Assert.StartsWith("an interval takes at least 2 replicates", few.Message);
        Assert.StartsWith("the level of an interval lies in (0, 1)", level.Message);
    }

    /// <summary>Two independent AR(1) processes with roots 0.8 and 0.3, mixed by a matrix that is not orthogonal.</summary>
    private static Matrix Autoregression(int length, int seed)
    {
        var (random, states) = (new Random(seed), new Matrix(2, length));
        var (a, b) = (0.0, 0.0);
        for (var k = 0; k < length; k++)
        {
            a = (0.8 * a) + Matrices.NextGaussian(random);
            b = (0.3 * b) + Matrices.NextGaussian(random);
            (states[0, k], states[1, k]) = (a + b, b - (0.5 * a));
        }

        return states;
    }
}
