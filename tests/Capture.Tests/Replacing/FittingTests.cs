using KoopmanMesh.Capture.Replacing.Fitting;
using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Contracts.Analysis;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Capture.Tests.Replacing;

public sealed class FittingTests
{
    private static readonly Region _region = Planted.Region(Planted.Chain(256, 128, 64, 32, 10), 1, 3);

    [Fact]
    public void Skip_WiderThanTheOutput_CutsTheInputAndKnowsItsError()
    {
        var sums = new BaselineSums(3, 2);
        sums.Add([1, 2, 9, 3, 4, 9], [1, 2, 3, 5], 2);

        var y = sums.Skip().Apply(new Matrix(3, 1, [7, 8, 9]), new ManagedLinearAlgebra());

        Assert.Equal([7, 8], y.AsSpan().ToArray());

        // One entry is off by 1; about their mean (2, 3.5) the outputs have 2 · 1 + 2 · 2.25.
        Assert.Equal(Math.Sqrt(1 / 6.5), sums.SkipError, 1e-12);
    }

    [Fact]
    public void Skip_NarrowerThanTheOutput_PadsWithZeros()
    {
        var y = new BaselineSums(1, 3).Skip().Apply(new Matrix(1, 1, [7]), new ManagedLinearAlgebra());

        Assert.Equal([7, 0, 0], y.AsSpan().ToArray());
    }

    [Fact]
    public void Constant_AnyInput_IsTheMeanOfRankZero()
    {
        var sums = new BaselineSums(1, 2);
        sums.Add([0, 0], [1, 2, 3, 6], 2);

        var constant = sums.Constant();

        var y = constant.Apply(new Matrix(1, 2, [5, -5]), new ManagedLinearAlgebra());
        Assert.Equal([2, 4, 2, 4], y.AsSpan().ToArray());
        Assert.Equal(0, constant.Rank);
    }

    [Fact]
    public void Lifts_PlannerChooses_KeepTheStandInCheaperThanTheRegion()
    {
        // 128-64-32-10 in products and biases.
        const long operations = 2 * ((128 * 64) + (64 * 32) + (32 * 10));

        var lifts = LiftChoice.Lifts(_region, ReplacementDefaults.Resolve(null), operations);

        Assert.Equal("affine", lifts[0]);
        var directions = int.Parse(lifts[1]["relu:".Length..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(2 * ((128 * directions) + ((128 + directions) * 10)), operations / 2, operations);
        Assert.Contains($"rff:{directions}", lifts);
    }

    [Fact]
    public void Lifts_NothingCheaper_IsThePlainBaselineAlone() =>
        Assert.Equal(["affine"], LiftChoice.Lifts(_region, ReplacementDefaults.Resolve(null), 2 * 128 * 10));

    [Fact]
    public void Lifts_VerifierProfile_HasNoFourierFeaturesAndNoMonomials()
    {
        var options = ReplacementDefaults.Resolve(new ReplacementOptions { Profile = Profile.Verifier });

        Assert.All(LiftChoice.Lifts(_region, options, 1 << 20), lift => Assert.Matches("^(affine|relu:)", lift));
    }

    [Fact]
    public void Lifts_AskedFor_HaveThePlainBaselineAmongThem() => Assert.Equal(
        ["affine", "poly:2"],
        LiftChoice.Lifts(_region, ReplacementDefaults.Resolve(new ReplacementOptions { Lifts = { "poly:2" } }), 100));

    [Fact]
    public void Ranks_NotAskedFor_AreFullAndHalves() =>
        Assert.Equal([0, 5, 2, 1], LiftChoice.Ranks(_region, ReplacementDefaults.Resolve(null)));

    [Fact]
    public void IsAskedFor_NamedRegion_LeavesBaselinesToTheComparison()
    {
        var options = new ReplacementOptions { Regions = { "dense_2..dense_4" }, Lifts = { "relu:64" } };

        Assert.True(LiftChoice.IsAskedFor(options, Planted.Offer(_region, "relu:64", 0)));
        Assert.False(LiftChoice.IsAskedFor(options, Planted.Offer(_region, "affine", 0)));
        options.Lifts.Clear();
        Assert.True(LiftChoice.IsAskedFor(options, Planted.Offer(_region, "affine", 0)));
        Assert.False(LiftChoice.IsAskedFor(options, Planted.Offer(_region, "skip", 0)));
        options.Regions.Clear();
        Assert.True(LiftChoice.IsAskedFor(options, Planted.Offer(_region, "skip", 0)));
    }
}
