using System.Numerics;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Comparison;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Tests.Training.Comparison;

public sealed class RunComparisonTests
{
    private static readonly ComparisonOptions _four = new() { Delays = 4, Modes = 4, Permutations = 99 };
    private static readonly double[] _rates = [1, 0.95, 0.9, 0.8];

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Compare_ConjugateMaps_AreOneDynamics(string name)
    {
        // The same linear map in other coordinates, more of them, from other starts.
        var compared = Compare([Run(_rates, 30, 40, 1), Run(_rates, 30, 40, 1)], [Run(_rates, 50, 40, 2)], _four, name);

        Assert.InRange(compared.Distance, 0, 1e-7);
        Assert.Equal(_rates, compared.First.Select(mode => mode.Eigenvalue.Real), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Empty(compared.Warnings);
        Assert.Null(compared.Runs);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Compare_DifferentRates_AreAsFarApartAsTheirRates(string name)
    {
        double[] slower = [1, 0.97, 0.9, 0.7];

        var compared = Compare([Run(_rates, 30, 40, 1)], [Run(slower, 30, 40, 2)], _four, name);

        // Partners: 0.95 with 0.97 and 0.8 with 0.7; T23's mean of the matched distances.
        Assert.Equal((0.02 + 0.1) / 4, compared.Distance, 1e-6);
        Assert.Equal(slower, compared.Second.Select(mode => mode.Eigenvalue.Real), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(30)]
    public void Compare_FewDirections_AreThoseThatMatter(int parameters)
    {
        var (a, b) = (Run(_rates, parameters, 40, 1), Run(_rates, parameters, 40, 2));

        var all = Compare([a], [b], _four, "managed");
        var few = Compare([a], [b], _four with { Dimensions = 4 }, "managed");

        Assert.InRange(few.Lost, 0, 1e-12);
        Assert.Equal(
            all.First.Select(mode => mode.Eigenvalue), few.First.Select(mode => mode.Eigenvalue),
            (x, y) => (x - y).Magnitude < 1e-8);
    }

    [Fact]
    public void Compare_FewerModesThanAsked_SaysSo()
    {
        var compared = Compare([Run([1, 0.9], 30, 40, 1)], [Run(_rates, 30, 40, 2)], _four, "managed");

        Assert.Equal(2, compared.First.Length);
        Assert.Equal(
            ["the groups have 2 and 4 modes, so that 2 were compared instead of 4: those of largest modulus"],
            compared.Warnings);
    }

    [Fact]
    public void PairExchange_SetsThatLieApart_AreFoundAsOftenAsAllOrNoneAreExchanged()
    {
        // Two clusters: after any mixed exchange there is a better matching, so p → 2 / 2^k.
        Complex[] low = [0.10, 0.11, 0.12, 0.13, 0.14];
        Complex[] high = [0.90, 0.91, 0.92, 0.93, 0.94];

        var p = PairExchange.PValue(low, high, 20_000, 3, TestContext.Current.CancellationToken);

        Assert.Equal(2 / 32.0, p, 0.007);
        Assert.Equal(p, PairExchange.PValue(low, high, 20_000, 3, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void PairExchange_PartnersCloserThanNeighbours_NeverMatter()
    {
        // However often each partner is 0.01 off: exchanging them changes nothing, which is what this test can't see.
        Complex[] a = [0.9, 0.7, 0.5, 0.3];
        Complex[] b = [0.91, 0.71, 0.51, 0.31];

        Assert.Equal(1, PairExchange.PValue(a, b, 99, 0, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void RunExchange_TwoKindsOfRuns_AreToldApartAsWellAsTheirNumberAllows()
    {
        ITrajectory[] Group(double rate, int seed) =>
            [.. Enumerable.Range(0, 4).Select(i => Run([1, rate + (0.002 * i), 0.5], 20, 30, seed + i))];
        var options = _four with { Modes = 3 };

        var apart = Compare(Group(0.95, 10), Group(0.8, 20), options, "managed").Runs!;
        var alike = Compare(Group(0.95, 10), Group(0.95, 20), options, "managed").Runs!;

        // All 70 ways to choose 4 of 8 runs; the observed one and its mirror image lie furthest apart.
        Assert.Equal((70, 2 / 70.0, 2 / 70.0), (apart.Exchanges, apart.Smallest, apart.PValue));
        Assert.Equal(0.15 / 3, apart.Between, 1e-5);

        // Rates 0, 2, 4, 6 thousandths apart: pairs differ by 10/3 of them on average.
        Assert.Equal(0.002 * 10 / 6 / 3, apart.Within, 1e-6);
        Assert.True(alike.PValue > 0.3);
    }

    [Fact]
    public void RunExchange_EqualGroups_AreRejectedAsOftenAsTheLevelSays()
    {
        // 4 runs a side of one kind, p ≤ 0.1 in at most 10 % of the draws.
        var random = new Random(4);
        var rejected = 0;
        for (var trial = 0; trial < 60; trial++)
        {
            ITrajectory[] Group() => [.. Enumerable.Range(0, 4).Select(
                _ => Run([1, 0.7 + (0.2 * random.NextDouble())], 5, 12, random.Next()))];
            var options = new ComparisonOptions { Delays = 2, Modes = 2, Permutations = 99 };
            rejected += Compare(Group(), Group(), options, "managed").Runs!.PValue <= 0.1 ? 1 : 0;
        }

        // 60 draws at 6/70 at most: 13 or more have a probability of 1 in 1000.
        Assert.InRange(rejected, 0, 12);
    }

    [Fact]
    public void BadInput_IsNamed()
    {
        var run = Run(_rates, 30, 40, 1);
        Assert.Equal(
            "the second group was expected to be at least 1 run, got 0",
            Assert.Throws<ShapeMismatchException>(() => Compare([run], [], _four, "managed")).Message);
        Assert.Equal(
            "the shortest run of the first group was expected to be at least 33 snapshots for 32 delays, got 32",
            Assert.Throws<ShapeMismatchException>(
                () => Compare([Run(_rates, 30, 32, 1)], [run], new ComparisonOptions(), "managed")).Message);
        Assert.Equal(
            "a run of the group was expected to be 30 values, got 31",
            Assert.Throws<ShapeMismatchException>(
                () => Compare([run, Run(_rates, 31, 40, 1)], [run], _four, "managed")).Message);
        Assert.StartsWith(
            "a group of 4100 snapshots of 4100 values is too large to compare, at most 4096 of either and 67108864 ",
            Assert.Throws<ArgumentException>(
                () => Compare([new Vast()], [run], _four, "managed")).Message);
        Assert.EndsWith(
            " numbers stacked were expected, got 268697600: take a layer, fewer runs, fewer directions or every so "
            + "many-th snapshot",
            Assert.Throws<ArgumentException>(() => Compare(
                [new Vast()], [new Vast()], _four with { Delays = 256, Dimensions = 256 }, "managed")).Message);
        Assert.StartsWith(
            "the modes compared are 1 to 256",
            Assert.Throws<ArgumentOutOfRangeException>(() => new ComparisonOptions { Modes = 0 }).Message);
    }

    /// <summary>x_(k+1) = Q diag(rates) Q' x_k, Q with random orthonormal columns, from a random start.</summary>
    private static MatrixTrajectory Run(double[] rates, int parameters, int snapshots, int seed)
    {
        var q = Matrices.Orthonormal(parameters, rates.Length, seed);
        var start = Matrices.Gaussian(rates.Length, 1, seed + 1000);
        var values = new Matrix(parameters, snapshots);
        for (var k = 0; k < snapshots; k++)
        {
            for (var j = 0; j < rates.Length; j++)
            {
                for (var i = 0; i < parameters; i++)
                {
                    values[i, k] += (2 + Math.Abs(start[j, 0])) * Math.Pow(rates[j], k) * q[i, j];
                }
            }
        }

        return new MatrixTrajectory(values);
    }

    private sealed class Vast : ITrajectory
    {
        public ParameterLayout Layout { get; } = ParameterLayout.Plain(4100);

        public IReadOnlyList<Snapshot> Snapshots { get; } = [.. Enumerable.Range(0, 4100).Select(k => new Snapshot(k))];

        public bool IsSingle => true;

        public void Read(int index, long first, Span<double> values) => Assert.Fail("too large to be read");
    }

    private static RunComparison Compare(
        IReadOnlyList<ITrajectory> a, IReadOnlyList<ITrajectory> b, ComparisonOptions options, string name) =>
        RunComparison.Compare(a, b, options, Algebras.Get(name), TestContext.Current.CancellationToken);
}
