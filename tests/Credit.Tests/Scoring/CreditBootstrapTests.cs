using KoopmanMesh.Credit.Scoring;
using KoopmanMesh.Credit.Tests.Planted;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Tests.Scoring;

public sealed class CreditBootstrapTests
{
    private const int Blocks = 40;

    // Singular values 1/2 to 2 on each side; noise a third of the signal.
    private static readonly Matrix First = Draw.WellConditioned(3, 101, Providers.Default);
    private static readonly Matrix Second = Draw.WellConditioned(3, 103, Providers.Default);
    private const double Deviation = 0.5;

    public static TheoryData<string> Both => Providers.Both;

    [Fact]
    public void Run_NoisyLinearChains_CoverTheTruthAsOftenAsTheySay()
    {
        // 90 % intervals over 40 data sets, two components and two metrics: 160 chances.
        var la = Providers.Default;
        var (firstCanonical, secondCanonical) = CanonicalTruth(la);
        var covered = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var result = Run(NoisyChain(la, rows: 1_000, seed: 10 * seed), la);
            covered += Covers(result.Telescoped.Intervals[0]!, LogDet(First, la));
            covered += Covers(result.Telescoped.Intervals[1]!, LogDet(Second, la));
            covered += Covers(result.Canonical.Intervals[0]!, firstCanonical);
            covered += Covers(result.Canonical.Intervals[1]!, secondCanonical);
        }

        Assert.InRange(covered / 160.0, 0.8, 0.97);
    }

    [Fact]
    public void Run_ManyDirectionsForTheRows_StillCoversTheTruth()
    {
        var la = Providers.Default;
        var map = la.ThinQr(Draw.Gaussian(30, 3, 50)).Q.Transpose();
        var truth = -1.5 * Math.Log(1 + (Deviation * Deviation));
        var (covered, biased) = (0, 0);
        for (var seed = 0; seed < 40; seed++)
        {
            var chain = Chains.OfData(
                la, Draw.Gaussian(30, 1_000, 10 * seed), Blocks, Maps.Noisy(map, Deviation, (10 * seed) + 1));
            var result = Run(chain, la);
            covered += Covers(result.Canonical.Intervals[0]!, truth);
            biased += result.Canonical.Intervals[0]!.Mean > truth ? 1 : 0;
        }

        Assert.InRange(covered / 40.0, 0.75, 1);
        Assert.InRange(biased, 30, 40);
    }

    [Fact]
    public void Run_SixteenTimesTheRows_QuartersTheIntervals()
    {
        var la = Providers.Default;
        var few = Run(NoisyChain(la, rows: 2_000, seed: 7), la);
        var many = Run(NoisyChain(la, rows: 32_000, seed: 7), la);

        Assert.InRange(Width(many.Telescoped) / Width(few.Telescoped), 0.15, 0.4);
        Assert.InRange(Width(many.Canonical) / Width(few.Canonical), 0.15, 0.4);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Pass_EveryBlockOnce_IsTheScore(string provider)
    {
        var la = Providers.Named(provider);
        var chain = TanhChain(la);
        var ones = Enumerable.Repeat(1.0, Blocks).ToArray();

        var volumes = PassAll(chain, ones, la);

        var score = CreditScorer.Score(chain, new ScoringOptions(), la);
        AssertCredits(score, volumes, 1e-9);
    }

    [Fact]
    public void Pass_ResampledBlocks_IsTheScoreOfARefittedChain()
    {
        var la = Providers.Default;
        var chain = TanhChain(la);
        var weights = BlockDraws.Draw(chain[0].Blocks!.Counts.Span, 1, seed: 3).Column(0).ToArray();
        var refitted = chain.Select(link => Refit(link, weights, la)).ToArray();

        var volumes = PassAll(chain, weights, la);

        AssertCredits(CreditScorer.Score(refitted, new ScoringOptions(), la), volumes, 1e-9);
    }

    [Fact]
    public void Run_SameSeed_GivesTheSameBits()
    {
        var chain = TanhChain(Providers.Default);

        var (one, two) = (Run(chain, Providers.Default), Run(chain, Providers.Default));

        Assert.Equal(one.Canonical.Intervals, two.Canonical.Intervals);
        Assert.Equal(one.Canonical.RankStability, two.Canonical.RankStability);
        Assert.Equal(0, one.Resolved + one.Thinned);
    }

    [Fact]
    public void Run_CreditsFarApart_KeepTheirOrder()
    {
        var la = Providers.Default;
        var chain = Chains.OfData(
            la,
            Draw.Gaussian(3, 4_000, 1),
            Blocks,
            Maps.Noisy(Draw.Diagonal(5, 5, 5), 0.1, 2),
            Maps.Noisy(Draw.Diagonal(0.1, 0.1, 0.1), 0.1, 3),
            Maps.Noisy(Draw.Diagonal(1.2, 1.2, 1.2), 0.1, 4));

        Assert.Equal(1, Run(chain, la).Telescoped.RankStability!.Value, 1e-12);
    }

    [Fact]
    public void Run_DirectionOfOneBlockOnly_IsThinnedNotLost()
    {
        // The second input moves in the first block of rows only; a replicate without that block knows nothing of it.
        var la = Providers.Default;
        var input = Draw.Gaussian(2, 400, 1);
        for (var j = 0; j < input.Columns; j++)
        {
            input[1, j] = IsInFirstBlock(j) ? input[1, j] : 0;
        }

        var result = Run(Chains.OfData(la, input, Blocks, Maps.Noisy(Matrix.FromRows([[1, 1]]), 0.1, 2)), la);

        Assert.InRange(result.Thinned, 40, 110);
        Assert.Equal(0, result.Telescoped.LostRank + result.Canonical.LostRank);
        Assert.True(double.IsFinite(result.Telescoped.Intervals[0]!.Lower));
    }

    [Fact]
    public void Run_OutputOfOneBlockOnly_LosesRankAndSaysSo()
    {
        var la = Providers.Default;
        Func<Matrix, Matrix> firstBlockOnly = x =>
        {
            var y = Maps.Noisy(Matrix.Identity(2), 0.1, 2)(x);
            for (var j = 0; j < y.Columns; j++)
            {
                y[1, j] = IsInFirstBlock(j) ? y[1, j] : 0;
            }

            return y;
        };

        var result = Run(Chains.OfData(la, Draw.Gaussian(2, 400, 1), Blocks, firstBlockOnly), la);

        Assert.InRange(result.Canonical.LostRank, 40, 110);
        Assert.InRange(result.Telescoped.LostRank, 40, 110);
        Assert.NotNull(result.Canonical.Intervals[0]);
    }

    [Fact]
    public void Run_DeadComponent_HasNoInterval()
    {
        var la = Providers.Default;
        var chain = Chains.OfData(
            la,
            Draw.Gaussian(2, 400, 1),
            Blocks,
            Maps.Linear(Matrix.Identity(2)),
            Maps.Affine(new Matrix(2, 2), [1, 2]));

        var result = Run(chain, la);

        Assert.All(result.Telescoped.Intervals, Assert.Null);
        Assert.All(result.Canonical.Intervals, Assert.Null);
        Assert.Null(result.Canonical.RankStability);
    }

    [Fact]
    public void Run_CancelledToken_StopsTheWork()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var chain = TanhChain(Providers.Default);
        var score = CreditScorer.Score(chain, new ScoringOptions(), Providers.Default);

        Assert.Throws<OperationCanceledException>(
            () => CreditBootstrap.Run(chain, score, new BootstrapOptions(), Providers.Default, source.Token));
    }

    private static ChainLink[] NoisyChain(ILinearAlgebra la, int rows, int seed) => Chains.OfData(
        la,
        Draw.Gaussian(3, rows, seed),
        Blocks,
        Maps.Noisy(First, Deviation, seed + 1),
        Maps.Noisy(Second, Deviation, seed + 2));

    private static ChainLink[] TanhChain(ILinearAlgebra la) => Chains.OfData(
        la,
        Draw.Gaussian(6, 800, 20),
        Blocks,
        Maps.Tanh(Draw.Gaussian(5, 6, 21)),
        Maps.Tanh(Draw.Gaussian(7, 5, 22)),
        Maps.Tanh(Draw.Gaussian(4, 7, 23)));

    private static ChainLink Refit(ChainLink link, double[] weights, ILinearAlgebra la)
    {
        var moments = link.Blocks!.Combine(weights);
        var root = la.Cholesky(moments.BeforeScatter())!;
        var cross = moments.CrossScatter().Transpose();
        var slope = la.SolveLower(root, la.SolveLower(root, cross, transpose: false), transpose: true).Transpose();
        return link with { ReducedSlope = slope, Moments = moments };
    }

    private static Volumes PassAll(ChainLink[] chain, double[] weights, ILinearAlgebra la)
    {
        var replicate = new Replicate(chain, CanonicalMetric.Of(chain, 1e-6, la), new ScoringOptions(), la);
        for (var i = chain.Length - 1; i >= 0; i--)
        {
            replicate.Pass(i, chain[i].Blocks!.Combine(weights));
        }

        return replicate.Volumes;
    }

    private static BootstrapResult Run(ChainLink[] chain, ILinearAlgebra la) => CreditBootstrap.Run(
        chain,
        CreditScorer.Score(chain, new ScoringOptions(), la),
        new BootstrapOptions(),
        la,
        TestContext.Current.CancellationToken);

    // Cov of the chain x -> y = A x + e -> z = B y + e': the log-volumes of the products of its canonical correlations.
    private static (double First, double Second) CanonicalTruth(ILinearAlgebra la)
    {
        var middle = Noisy(la.SymmetricProduct(First));
        var output = Noisy(la.Multiply(Second, la.Multiply(middle, Second, transposeB: true)));
        var (halfMiddle, halfOutput) = (HalfLogDet(middle, la), HalfLogDet(output, la));
        return (LogDet(First, la) - halfMiddle, LogDet(Second, la) + halfMiddle - halfOutput);
    }

    private static Matrix Noisy(Matrix covariance)
    {
        for (var i = 0; i < covariance.Rows; i++)
        {
            covariance[i, i] += Deviation * Deviation;
        }

        return covariance;
    }

    private static double HalfLogDet(Matrix covariance, ILinearAlgebra la) => 0.5 * LogDet(covariance, la);

    private static double LogDet(Matrix a, ILinearAlgebra la) => la.SingularValues(a).Sum(Math.Log);

    private static double Width(MetricIntervals metric) =>
        metric.Intervals.Average(interval => interval!.Upper - interval.Lower);

    private static int Covers(CreditInterval interval, double truth) =>
        interval.Lower <= truth && truth <= interval.Upper ? 1 : 0;

    // 400 rows go to 40 blocks in stripes of 2.
    private static bool IsInFirstBlock(int row) => row / 2 % Blocks == 0;

    private static void AssertCredits(ChainScore score, Volumes volumes, double tolerance)
    {
        var (raw, canonical) = (Ranking.Credits(volumes.Raw), Ranking.Credits(volumes.Canonical));
        for (var i = 0; i < raw.Length; i++)
        {
            Assert.Equal(score.Components[i].Telescoped.Value!.Value, raw[i]!.Value, tolerance);
            Assert.Equal(score.Components[i].Canonical.Value!.Value, canonical[i]!.Value, tolerance);
        }
    }
}
