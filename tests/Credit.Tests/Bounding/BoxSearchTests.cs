using KoopmanMesh.Credit.Bounding;
using KoopmanMesh.Credit.Bounding.Search;
using KoopmanMesh.Credit.Bounding.Sound;
using KoopmanMesh.Credit.Tests.Planted;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Credit.Tests.Bounding;

public sealed class BoxSearchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Run_PlantedPair_ClimbsToTheExactMaximum()
    {
        var worst = Search(Pairs.Planted(), Cube(-1, 1), random: 1000, climbed: 4000);

        var exact = Pairs.Largest.Max();
        Assert.Equal(5000, worst.Points);
        Assert.Equal(Array.IndexOf(Pairs.Largest, exact), worst.Output);
        Assert.InRange(worst.Largest, 0.99 * exact, exact + 1e-6);
        Assert.All(worst.Row, value => Assert.InRange(value, -1, 1));
        Assert.Equal(0, worst.Violations);
    }

    [Fact]
    public void Run_AtRandomOnly_FindsLessThanTheAscent()
    {
        var random = Search(Pairs.Planted(), Cube(-1, 1), random: 5000, climbed: 0, ascent: false);
        var climbed = Search(Pairs.Planted(), Cube(-1, 1), random: 1000, climbed: 4000);

        // A corner misses that the feature with the negative weight should be 0.
        Assert.InRange(random.Largest, 0.5 * climbed.Largest, 0.99 * climbed.Largest);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(39)]
    [InlineData(41)]
    [InlineData(1025)]
    public void Run_AnyNumberOfPoints_EvaluatesExactlyThose(int points)
    {
        Assert.Equal(points, Search(Pairs.Planted(), Cube(-1, 1), random: points, climbed: 0).Points);
        Assert.Equal(points, Search(Pairs.Planted(), Cube(-1, 1), random: 0, climbed: points).Points);
    }

    [Fact]
    public void Run_SameSeed_FindsTheSameBits()
    {
        var first = Search(Pairs.Planted(), Cube(-0.3, 0.7), random: 500, climbed: 2000);
        var again = Search(Pairs.Planted(), Cube(-0.3, 0.7), random: 500, climbed: 2000);
        var other = Search(Pairs.Planted(), Cube(-0.3, 0.7), random: 500, climbed: 2000, seed: 2);

        Assert.Equal(first.Row, again.Row);
        Assert.Equal(first.Largest, again.Largest);
        Assert.NotEqual(first.Row, other.Row);
    }

    [Fact]
    public void Run_BoundBelowWhatThereIs_CountsTheViolations()
    {
        // The centre and both corners come first: differences 0.1 |sum of w| and 0.4 |sum of w| (both corners).
        var worst = Search(Pairs.Planted(), Cube(-1, 1), random: 3, climbed: 0, bound: 1);

        Assert.Equal(2, worst.Violations);
        Assert.Equal(0.4 * Pairs.Weights[0].Sum(), worst.Largest, 1e-6);
        Assert.Equal(new float[] { -1, -1, -1, -1, -1, -1 }, worst.Row);
    }

    [Fact]
    public void Run_Cancelled_Stops()
    {
        using var cancel = new CancellationTokenSource();
        var (pair, box) = (Pairs.Planted(), new FloatBox(Cube(-1, 1)));
        using var runner = new PairRunner(pair);
        var search = new BoxSearch(
            runner, new StartPoints(box, 1), new Ascent(pair, box, Providers.Default), new WorstPoint(1e9));

        Assert.Throws<OperationCanceledException>(
            () => search.Run(box.Width, 1 << 20, 1 << 20, cancel.Cancel, cancel.Token));
    }

    [Fact]
    public void Ascent_OperatorWithoutGradient_NamesItAndTheWayOut()
    {
        var pair = new NetworkPair(Pairs.Original(DenseActivation.Tanh), Pairs.Hybrid());
        var error = Assert.Throws<InvalidRequestException>(
            () => new Ascent(pair, new FloatBox(Cube(-1, 1)), Providers.Default));

        Assert.Equal("ASCENT_UNSUPPORTED", error.Reason);
        Assert.StartsWith("there is no ascent on 'original': ", error.Message);
        Assert.Contains("Tanh", error.Message);
        Assert.EndsWith("; search it with random_only", error.Message);
        Assert.Equal(100, Search(pair, Cube(-1, 1), random: 100, climbed: 0, ascent: false).Points);
    }

    [Fact]
    public void Run_OutputThatOverflows_SaysWhoseItIs()
    {
        var pair = new NetworkPair(Pairs.Planted().Original, Pairs.Load("huge", Huge(), Huge(), Pairs.Last()));
        var error = Assert.Throws<PreconditionException>(
            () => Search(pair, Cube(-1, 1), random: 10, climbed: 0, ascent: false));

        Assert.Equal("'huge' gives a number that is not finite at a point of the box", error.Message);
    }

    [Fact]
    public void FloatBox_RoundsInward()
    {
        // Neither 0.1 nor 0.3 is a float32; 0.5 is.
        var box = new FloatBox(new Box([0.1, 0.5, -0.3], [0.3, 0.5, -0.1]));

        Assert.True(box.Lower[0] >= 0.1 && float.BitDecrement(box.Lower[0]) < 0.1);
        Assert.True(box.Upper[0] <= 0.3 && float.BitIncrement(box.Upper[0]) > 0.3);
        Assert.True(box.Lower[2] >= -0.3 && box.Upper[2] <= -0.1);
        Assert.Equal((0.5f, 0.5f), (box.Lower[1], box.Upper[1]));
        Assert.Equal(box.Upper[0], box.At(0, 1));
        Assert.Equal(box.Lower[0], box.Clamp(0, -5));
    }

    [Fact]
    public void FloatBox_BetweenTwoFloats_IsEmpty()
    {
        var error = Assert.Throws<InvalidRequestException>(() => new FloatBox(new Box([0, 0.1], [1, 0.1])));

        Assert.Equal(
            "feature 1 of the box runs from 0.1 to 0.1, between which no float32 number lies, and networks run on "
            + "those",
            error.Message);
        Assert.Throws<InvalidRequestException>(() => new FloatBox(new Box([1e299], [1e300])));
    }

    [Fact]
    public void Climb_OneStep_GoesAlongTheSignOfTheGradient()
    {
        // At x = 1/4 the difference of output 0 is sum w (1/8 - 0.1), and so above 0: each feature goes up by half of
        // its range where w > 0, down where w < 0, and stays where w = 0.
        var (pair, box) = (Pairs.Planted(), new FloatBox(Cube(-1, 1)));
        float[] row = [0.25f, 0.25f, 0.25f, 0.25f, 0.25f, 0.25f];
        using var runner = new PairRunner(pair);
        var differences = runner.Differences(row, 1, Token).ToArray();

        new Ascent(pair, box, Providers.Default).Climb(row, differences, 1, 0, Token);

        Assert.Equal(0.025 * Pairs.Weights[0].Sum(), differences[0], 1e-6);
        Assert.Equal(new float[] { 1, 1, -0.75f, 1, 0.25f, 1 }, row);
    }

    [Fact]
    public void Pair_OfOtherWidths_NamesBoth()
    {
        var wide = Pairs.Load("wide", new DenseLayer(
            new Numerics.LinearAlgebra.Matrix(2, 7), new double[2], DenseActivation.None));
        var tall = Pairs.Load("tall", new DenseLayer(
            new Numerics.LinearAlgebra.Matrix(3, 6), new double[3], DenseActivation.None));

        Assert.Equal(
            "the inputs of 'original' have 6 numbers and those of 'wide' 7; expected as many, to compare them",
            Assert.Throws<InvalidRequestException>(() => new NetworkPair(Pairs.Original(), wide)).Message);
        Assert.Equal(
            "the outputs of 'original' have 2 numbers and those of 'tall' 3; expected as many, to compare them",
            Assert.Throws<InvalidRequestException>(() => new NetworkPair(Pairs.Original(), tall)).Message);
    }

    private static WorstPoint Search(
        NetworkPair pair, Box box, long random, long climbed, bool ascent = true, int seed = 1, double bound = 1e9)
    {
        var inside = new FloatBox(box);
        using var runner = new PairRunner(pair);
        var worst = new WorstPoint(bound);
        var search = new BoxSearch(
            runner, new StartPoints(inside, seed), ascent ? new Ascent(pair, inside, Providers.Default) : null, worst);
        search.Run(inside.Width, random, climbed, () => { }, Token);
        return worst;
    }

    private static Box Cube(double lower, double upper) =>
        new([.. Enumerable.Repeat(lower, 6)], [.. Enumerable.Repeat(upper, 6)]);

    private static DenseLayer Huge()
    {
        var weights = new Numerics.LinearAlgebra.Matrix(6, 6);
        weights.AsSpan().Fill(1e30);
        return new DenseLayer(weights, new double[6], DenseActivation.None);
    }
}
