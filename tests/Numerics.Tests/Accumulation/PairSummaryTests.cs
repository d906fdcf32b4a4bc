using System.Numerics;

using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Accumulation;

public sealed class PairSummaryTests
{
    [Theory]
    [MemberData(nameof(Streams.ExactOnAll), MemberType = typeof(Streams))]
    public void Products_OfOneBlockFoldedManyTimes_AreThoseOfThePairs(string name, SummaryKind kind)
    {
        var la = Algebras.Get(name);
        var pairs = Streams.Noisy(5000, 71);
        var summary = Streams.Summary(pairs, new SummaryOptions { Kind = kind, Blocks = 1 }, la);

        var (products, expected) = (summary.Products(la), Streams.Moments(pairs));

        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j < 4; j++)
            {
                Assert.Equal(expected[i, j], products.Xx[i, j], 1e-8);
                Assert.Equal(expected[4 + i, j], products.Yx[i, j], 1e-8);
                Assert.Equal(expected[4 + i, 4 + j], products.Yy[i, j], 1e-8);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Streams.ExactOnAll), MemberType = typeof(Streams))]
    public void All_WeightedPairsWithInputs_HaveTheirSecondMoments(string name, SummaryKind kind)
    {
        var la = Algebras.Get(name);
        var pairs = Streams.Driven(700, 1);

        var summary = Streams.Summary(pairs, new SummaryOptions { Kind = kind }, la);

        var all = summary.All(la);
        Matrices.Close(Streams.Moments(pairs), Streams.Moments(all), 1e-13);
        Assert.Equal((700, kind == SummaryKind.Gram), (all.Count, all.Squared));
        Assert.InRange(all.Pairs.X.Columns, 1, 10);
        var (products, moments) = (summary.Products(la), Streams.Moments(pairs));
        Matrices.Close(Part(moments, 0, 0), products.Xx, 1e-13);
        Matrices.Close(Part(moments, 6, 0), products.Yx, 1e-13);
        Matrices.Close(Part(moments, 6, 6), products.Yy, 1e-13);
        Assert.Equal(700, products.Count);
    }

    [Theory]
    [MemberData(nameof(Streams.ExactOnAll), MemberType = typeof(Streams))]
    public void Merge_ShuffledShardsInAnyTree_AgreeTo1em12(string name, SummaryKind kind)
    {
        var la = Algebras.Get(name);
        var pairs = Streams.Noisy(1280, 2);
        var options = new SummaryOptions { Kind = kind };
        var whole = Streams.Summary(pairs, options, la);
        var (products, spectrum) = (whole.Products(la), Eigenvalues(whole, la));
        var random = new Random(3);
        foreach (var shards in (int[])[2, 8, 64])
        {
            var order = Enumerable.Range(0, 1280).ToArray();
            random.Shuffle(order);
            var parts = order.Chunk(1280 / shards)
                .Select(part => Streams.Summary(Streams.Columns(pairs, part), options, la)).ToList();
            while (parts.Count > 1)
            {
                var (i, j) = (random.Next(parts.Count), random.Next(parts.Count - 1));
                (i, j) = j >= i ? (i, j + 1) : (i, j);
                parts[i].Merge(parts[j]);
                parts.RemoveAt(j);
            }

            var merged = parts[0].Products(la);
            Matrices.Close(products.Xx, merged.Xx, 1e-12);
            Matrices.Close(products.Yx, merged.Yx, 1e-12);
            Matrices.Close(products.Yy, merged.Yy, 1e-12);
            Assert.Equal(1280, merged.Count);
            var fitted = Eigenvalues(parts[0], la);
            Assert.All(spectrum.Zip(fitted), p => Assert.InRange((p.First - p.Second).Magnitude, 0, 1e-12));
        }
    }

    [Theory]
    [MemberData(nameof(Streams.ExactOnAll), MemberType = typeof(Streams))]
    public void Add_CutAnyhow_GivesTheSameBits(string name, SummaryKind kind)
    {
        var la = Algebras.Get(name);
        var pairs = Streams.Noisy(611, 4);
        var options = new SummaryOptions { Kind = kind, Blocks = 7 };
        var whole = Streams.Summary(pairs, options, la);

        foreach (var step in (int[])[1, 13, 300])
        {
            var summary = new PairSummary(4, 0, options, la);
            for (var start = 0; start < 611; start += step)
            {
                summary.Add(Streams.Columns(pairs, start, Math.Min(step, 611 - start)));
                _ = start % 130 == 0 ? summary.All(la) : null;
            }

            Assert.Equal(whole.BlockCounts(), summary.BlockCounts());
            Assert.Equal(whole.Products(la).Yx.AsSpan(), summary.Products(la).Yx.AsSpan());
            Assert.Equal(whole.Products(la).Xx.AsSpan(), summary.Products(la).Xx.AsSpan());
        }
    }

    [Theory]
    [InlineData(1, 20)]
    [InlineData(50, 20)]
    [InlineData(1000, 20)]
    [InlineData(1000, 7)]
    [InlineData(1000, 1)]
    public void Blocks_AfterAnyNumberOfPairs_HoldEqualRunsInOrder(int m, int blocks)
    {
        var la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);
        var pairs = Streams.Noisy(m, 5);
        var summary = Streams.Summary(pairs, new SummaryOptions { Blocks = blocks }, la);

        var counts = summary.BlockCounts();

        Assert.Equal(m, counts.Sum());
        Assert.InRange(counts.Length, Math.Min(m, (blocks + 1) / 2), blocks);
        Assert.All(counts[..^1], count => Assert.Equal(counts[0], count));
        Assert.InRange(counts[^1], 1, counts[0]);
        var first = new double[counts.Length];
        first[0] = 1;
        var expected = Streams.Moments(Streams.Columns(pairs, 0, (int)counts[0]));
        Matrices.Close(expected, Streams.Moments(summary.Weighted(first, la)), 1e-13);
    }

    [Theory]
    [MemberData(nameof(Streams.ExactOnAll), MemberType = typeof(Streams))]
    public void Merge_ShardsOfVeryDifferentLength_KeepsBlocksOfConsecutivePairs(string name, SummaryKind kind)
    {
        var la = Algebras.Get(name);
        var (pairs, options) = (Streams.Noisy(1030, 15), new SummaryOptions { Kind = kind });
        foreach (var first in (int[])[30, 1000])
        {
            var (one, other) = (
                Streams.Summary(Streams.Columns(pairs, 0, first), options, la),
                Streams.Summary(Streams.Columns(pairs, first, 1030 - first), options, la));
            var longer = first == 30 ? other.BlockCounts() : one.BlockCounts();

            one.Merge(other);
            one.Add(pairs);

            Assert.Equal(2060, one.Count);
            Assert.InRange(one.Blocks, longer.Length / 2, 20);
            var twice = Enumerable.Repeat(2.0, 1030).ToArray();
            var expected = new LiftedPairs(new SnapshotPairs(pairs.Pairs.X, pairs.Pairs.Y, twice), null);
            Matrices.Close(Streams.Moments(expected), Streams.Moments(one.All(la)), 1e-13);
        }
    }

    [Theory]
    [MemberData(nameof(Streams.ExactOnAll), MemberType = typeof(Streams))]
    public void Split_Always_CutsTheWholeInTwo(string name, SummaryKind kind)
    {
        var la = Algebras.Get(name);
        var pairs = Streams.Driven(200, 6);
        (int, double, int)[] cases = [(20, 0.2, 3), (2, 0.2, 1), (4, 0.9, 3)];
        foreach (var (blocks, holdOut, held) in cases)
        {
            var summary = Streams.Summary(pairs, new SummaryOptions { Kind = kind, Blocks = blocks }, la);

            var (train, heldOut) = summary.Split(holdOut, la)!.Value;

            var counts = summary.BlockCounts();
            Assert.Equal(200, train.Count + heldOut.Count);
            Assert.InRange(heldOut.Count, (held - 1) * counts[0] + 1, held * counts[0]);
            var sum = Streams.Plus(Streams.Moments(train), Streams.Moments(heldOut), 1);
            Matrices.Close(Streams.Moments(pairs), sum, 1e-13);
        }

        Assert.Null(Streams.Summary(pairs, new SummaryOptions { Blocks = 1 }, la).Split(0.2, la));
    }

    [Theory]
    [MemberData(nameof(Streams.ExactOnAll), MemberType = typeof(Streams))]
    public void Weighted_ByBlock_CountsEachBlockSoOften(string name, SummaryKind kind)
    {
        var la = Algebras.Get(name);
        var pairs = Streams.Noisy(64, 7);
        var summary = Streams.Summary(pairs, new SummaryOptions { Kind = kind, Blocks = 4 }, la);
        double[] weights = [3, 0, 0.5, 1];
        Assert.Equal([16L, 16, 16, 16], summary.BlockCounts());

        var weighted = summary.Weighted(weights, la);

        var each = Enumerable.Range(0, 64).Select(j => weights[j / 16]).ToArray();
        var expected = new LiftedPairs(new SnapshotPairs(pairs.Pairs.X, pairs.Pairs.Y, each), null);
        Matrices.Close(Streams.Moments(expected), Streams.Moments(weighted), 1e-13);
        Assert.Equal(72, weighted.Count);
    }

    [Theory]
    [MemberData(nameof(Streams.ExactOnAll), MemberType = typeof(Streams))]
    public void Fit_T9RankTwoOfFive_FindsTheTwoEigenvalues(string name, SummaryKind kind)
    {
        var la = Algebras.Get(name);
        var (basis, c) = (Matrices.Orthonormal(5, 2, 8), Matrices.Gaussian(2, 90, 9));
        var image = Matrices.Product(Matrix.FromRows([[0.9, 3], [0, 0.5]]), c);
        var pairs = new LiftedPairs(
            new SnapshotPairs(Matrices.Product(basis, c), Matrices.Product(basis, image)), null);

        var summary = Streams.Summary(pairs, new SummaryOptions { Kind = kind }, la);

        var found = Eigenvalues(summary, la);
        Assert.Equal(2, found.Length);
        Assert.Equal(0.9, found[0].Real, kind == SummaryKind.Qr ? 1e-12 : 1e-10);
        Assert.Equal(0.5, found[1].Real, kind == SummaryKind.Qr ? 1e-12 : 1e-10);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_ConditionNumber1e10_KeepsItsDigitsInFactorsAndNotInProducts(string name)
    {
        var la = Algebras.Get(name);
        var x = Matrices.WithSingularValues(4, 300, [1, 1e-3, 1e-6, 1e-10], 10);
        var map = Matrix.FromRows([[0.9, 0, 0, 0], [0, 0.8, 0, 0], [0, 0, 0.6, 0], [0, 0, 0, 0.3]]);
        var pairs = new LiftedPairs(new SnapshotPairs(x, Matrices.Product(map, x)), null);
        var estimator = new DmdEstimator { RankRule = new RankRule.RelTol(1e-13) };

        var qr = Regressed(estimator, Streams.Summary(pairs, new SummaryOptions { Kind = SummaryKind.Qr }, la), la);
        var gram = Regressed(estimator, Streams.Summary(pairs, new SummaryOptions(), la), la);

        Assert.Equal([0.9, 0.8, 0.6, 0.3], qr.Spectrum.Eigenvalues.ToArray().Select(l => Math.Round(l.Real, 5)));
        Assert.Equal(3, gram.Spectrum.Rank.Rank);
        Assert.Equal("s > 2.98E-08 s1", gram.Spectrum.Rank.Reason);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void All_ObservablesInUnits1e8Apart_KeepTheDigitsOfEachProduct(string name)
    {
        var la = Algebras.Get(name);
        double[] units = [1e-8, 1, 1e8, 1];
        var noisy = Streams.Noisy(500, 11).Pairs;
        var (x, y) = (noisy.X.Copy(), noisy.Y.Copy());
        for (var j = 0; j < 500; j++)
        {
            for (var i = 0; i < 4; i++)
            {
                (x[i, j], y[i, j]) = (x[i, j] * units[i], y[i, j] * units[i]);
            }
        }

        var pairs = new LiftedPairs(new SnapshotPairs(x, y), null);
        var (expected, actual) = (
            Streams.Moments(pairs), Streams.Moments(Streams.Summary(pairs, new SummaryOptions(), la).All(la)));

        for (var i = 0; i < 8; i++)
        {
            for (var j = 0; j < 8; j++)
            {
                var size = Math.Sqrt(expected[i, i] * expected[j, j]);
                Assert.InRange(Math.Abs(expected[i, j] - actual[i, j]), 0, 1e-13 * size);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Streams.ExactOnAll), MemberType = typeof(Streams))]
    public void Fit_RotatedPermutedOrScaledPairs_HasTheSameEigenvalues(string name, SummaryKind kind)
    {
        var la = Algebras.Get(name);
        var pairs = Streams.Noisy(300, 12);
        var options = new SummaryOptions { Kind = kind };
        var expected = Eigenvalues(Streams.Summary(pairs, options, la), la);
        var rotation = Matrices.Orthonormal(4, 4, 13);
        var rotated = new SnapshotPairs(
            Matrices.Product(rotation, pairs.Pairs.X), Matrices.Product(rotation, pairs.Pairs.Y));
        var order = Enumerable.Range(0, 300).ToArray();
        new Random(14).Shuffle(order);
        var scale = Enumerable.Repeat(1e6, 300).ToArray();
        var scaled = new SnapshotPairs(Matrices.Scaled(pairs.Pairs.X, scale), Matrices.Scaled(pairs.Pairs.Y, scale));

        foreach (var same in (LiftedPairs[])
            [new(rotated, null), Streams.Columns(pairs, order), new(scaled, null)])
        {
            var actual = Eigenvalues(Streams.Summary(same, options, la), la);
            Assert.All(expected.Zip(actual), p => Assert.InRange((p.First - p.Second).Magnitude, 0, 1e-12));
        }
    }

    private static Complex[] Eigenvalues(PairSummary summary, ILinearAlgebra la) =>
        Regressed(new DmdEstimator(), summary, la).Spectrum.Eigenvalues.ToArray();

    private static Regression Regressed(DmdEstimator estimator, PairSummary summary, ILinearAlgebra la) =>
        estimator.Regress(summary.All(la), la);

    private static Matrix Part(Matrix moments, int row, int column)
    {
        var part = new Matrix(4, 4);
        for (var j = 0; j < 4; j++)
        {
            moments.Column(column + j).Slice(row, 4).CopyTo(part.Column(j));
        }

        return part;
    }
}
