using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.Estimators;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Accumulation;

/// <summary>Streams of stacked states, against the products of the same pairs without that knowledge.</summary>
public sealed class DelayBlockTests
{
    private static readonly SummaryOptions _options = new() { Blocks = 6 };

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Products_LongShortAndRaggedTrajectories_AreThoseOfTheStackedPairs(string name)
    {
        var la = Algebras.Get(name);
        int[][] lengths = [[700], [3, 40, 1, 9, 5, 4, 300, 2], [.. Enumerable.Range(2, 40)], [8, 8, 8, 8]];
        foreach (var delays in (int[])[1, 2, 3, 7])
        {
            foreach (var (seed, set) in lengths.Index())
            {
                var pairs = Pairs(
                    delays, [.. set.Select((length, t) => StreamingFitTests.Driven(length, seed + (9 * t)))]);
                var (summary, direct) = (Empty(delays, la), new PairSummary(3 * delays, 0, _options, la));
                summary.Add(pairs);
                direct.Add(pairs);

                Close(direct.Products(la), summary.Products(la), 1e-13);
                Assert.Equal(direct.BlockCounts(), summary.BlockCounts());
                double[] weights = [.. Enumerable.Range(0, summary.Blocks).Select(b => b == 1 ? 0 : 0.5 + b)];
                Close(direct.Products(weights, la), summary.Products(weights, la), 1e-13);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Products_OfManyMoreRunsThanAreKept_StayThoseOfThePairs(string name)
    {
        var la = Algebras.Get(name);
        Matrix[] trajectories = [.. Enumerable.Range(0, 200).Select(t => Matrices.Gaussian(2, 14, t))];
        foreach (var delays in (int[])[1, 3])
        {
            var pairs = Pairs(delays, trajectories);
            var (one, direct) = (
                new PairSummary(2 * delays, 0, _options with { Blocks = 1 }, la, delays),
                new PairSummary(2 * delays, 0, _options, la));
            one.Add(pairs);
            direct.Add(pairs);

            Close(direct.Products(la), one.Products(la), 1e-13);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Products_OfStatesThatGrowAndDecayFast_LoseNoDigitOfAnyFeature(string name)
    {
        var la = Algebras.Get(name);
        var states = new Matrix(3, 60);
        for (var k = 0; k < 60; k++)
        {
            (states[0, k], states[1, k], states[2, k]) = (Math.Pow(3, k), Math.Pow(0.2, k), Math.Cos(k));
        }

        var pairs = Pairs(4, [states]);
        var (summary, expected) = (Empty(4, la), Streams.Moments(pairs));
        summary.Add(pairs);

        var products = summary.Products(la);

        for (var i = 0; i < 12; i++)
        {
            for (var j = 0; j < 12; j++)
            {
                var scale = Math.Sqrt(expected[i, i] * expected[j, j]);
                Assert.InRange(Math.Abs(products.Xx[i, j] - expected[i, j]) / scale, 0, 1e-13);
                scale = Math.Sqrt(expected[12 + i, 12 + i] * expected[j, j]);
                Assert.InRange(Math.Abs(products.Yx[i, j] - expected[12 + i, j]) / scale, 0, 1e-13);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Products_OfWeightedAndOfUnorderedPairs_AreTheirOwn(string name)
    {
        var la = Algebras.Get(name);
        var random = new Random(4);
        var ordered = Pairs(2, [StreamingFitTests.Driven(90, 4)]).Pairs;
        double[] weights = [.. Enumerable.Range(0, 88).Select(_ => 0.5 + random.NextDouble())];
        var weighted = new LiftedPairs(new SnapshotPairs(ordered.X, ordered.Y, weights), null);
        int[] shuffled = [.. Enumerable.Range(0, 88)];
        random.Shuffle(shuffled);
        foreach (var pairs in (LiftedPairs[])[weighted, Streams.Columns(weighted, shuffled)])
        {
            var (summary, direct) = (Empty(2, la), new PairSummary(6, 0, _options, la));
            summary.Add(pairs);
            direct.Add(pairs);

            Close(direct.Products(la), summary.Products(la), 1e-13);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Add_CutsOfAnyLengthAndARestart_ChangeNoBit(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Pairs(3, [.. Enumerable.Range(0, 30).Select(t => StreamingFitTests.Driven(4 + (5 * t), t))]);
        var whole = Empty(3, la);
        whole.Add(pairs);
        foreach (var cut in (int[])[1, 7, 600])
        {
            var pieces = Empty(3, la);
            for (var start = 0; start < pairs.Pairs.X.Columns; start += cut)
            {
                pieces.Add(Streams.Columns(pairs, start, Math.Min(cut, pairs.Pairs.X.Columns - start)));
                pieces = start % 5 == 0 && cut > 1 ? Restarted(pieces, la) : pieces;
            }

            Assert.Equal(whole.Products(la).Xx.AsSpan(), pieces.Products(la).Xx.AsSpan());
            Assert.Equal(whole.Products(la).Yx.AsSpan(), Restarted(pieces, la).Products(la).Yx.AsSpan());
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Merge_ShardsInAnyOrder_AreOneStream(string name)
    {
        var la = Algebras.Get(name);
        LiftedPairs[] shards = [.. Enumerable.Range(0, 7).Select(
            t => Pairs(2, [StreamingFitTests.Driven(5 + (40 * t), t), StreamingFitTests.Driven(9, 50 + t)]))];
        var direct = new PairSummary(6, 0, _options, la);
        Array.ForEach(shards, direct.Add);
        foreach (var order in (int[][])[[0, 1, 2, 3, 4, 5, 6], [6, 2, 4, 0, 5, 1, 3]])
        {
            var merged = Empty(2, la);
            foreach (var shard in order)
            {
                var summary = Empty(2, la);
                summary.Add(shards[shard]);
                merged.Merge(Restarted(summary, la));
            }

            Close(direct.Products(la), merged.Products(la), 1e-12);
            Assert.Equal(direct.Count, merged.Count);
        }
    }

    [Fact]
    public void Merge_OfPairsSummedInAnotherWay_IsRefused()
    {
        var la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);

        var error = Assert.Throws<ShapeMismatchException>(
            () => Empty(2, la).Merge(new PairSummary(6, 0, _options, la)));

        Assert.Equal(
            "the summary to merge was expected to be 6 observables and 0 inputs in 6 Gram blocks of 1 pairs or more of "
            + "2 stacked states, got 6 observables and 0 inputs in 6 Gram blocks of 1 pairs or more",
            error.Message);
    }

    private static PairSummary Empty(int delays, ILinearAlgebra la) => new(3 * delays, 0, _options, la, delays);

    private static PairSummary Restarted(PairSummary summary, ILinearAlgebra la)
    {
        using var file = new MemoryStream();
        summary.Write(file);
        file.Position = 0;
        return PairSummary.Read(file, la);
    }

    private static LiftedPairs Pairs(int delays, Matrix[] trajectories) =>
        new(DelayEmbedding.FromTrajectories(
            trajectories, new DelayEmbeddingOptions { Delays = delays, StepDecay = 1 }), null);

    private static void Close(PairProducts expected, PairProducts actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        Matrices.Close(expected.Xx, actual.Xx, tolerance * Matrices.Norm(expected.Xx));
        Matrices.Close(expected.Yx, actual.Yx, tolerance * Matrices.Norm(expected.Yx));
        Matrices.Close(expected.Yy, actual.Yy, tolerance * Matrices.Norm(expected.Yy));
    }
}
