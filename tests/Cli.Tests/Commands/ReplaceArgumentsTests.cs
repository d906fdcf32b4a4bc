using System.CommandLine;
using KoopmanMesh.Cli.Commands;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Tests.Commands;

public sealed class ReplaceArgumentsTests
{
    [Fact]
    public void Bind_EveryOption_IsWhatIsAskedForOnTheWire()
    {
        var settings = Bind(
            "--component", "dense_2..dense_4", "dense_6", "--lift", "affine", "relu:200", "--rank", "full", "20",
            "--budget", "accuracy=1.5%", "latency=0.8", "--profile", "verifier", "--alpha", "0.05", "--fit-fraction",
            "0.4", "--select-fraction", "0.1", "--calibrate-fraction", "0.2", "--longest-region", "3", "--candidates",
            "50", "--exports", "2", "--seed", "7", "--accurate", "--rank-tolerance", "1e-7", "--no-sound-bounds", "--limit", "900", "--scale",
            "1/255");

        var expected = new ReplacementOptions
        {
            Regions = { "dense_2..dense_4", "dense_6" },
            Lifts = { "affine", "relu:200" },
            Ranks = { 0, 20 },
            Budget = new Budget { AccuracyLoss = 0.015, LatencyRatio = 0.8 },
            Profile = Profile.Verifier,
            Alpha = 0.05,
            FitFraction = 0.4,
            SelectFraction = 0.1,
            CalibrateFraction = 0.2,
            LongestRegion = 3,
            Candidates = 50,
            Exports = 2,
            Seed = 7,
            Accurate = true,
            RankTolerance = 1e-7,
            SkipSoundBounds = true,
        };
        Assert.Equal(expected, settings.Options);
        Assert.Equal((900, 1.0 / 255), (settings.DataOptions.Limit, settings.DataOptions.Scale));
        Assert.Equal("h.onnx.json", settings.Sidecar);
    }

    [Fact]
    public void Bind_NoOption_LeavesEveryDefaultToTheServices()
    {
        Assert.Equal(new ReplacementOptions { Profile = Profile.Any }, Bind().Options);
        Assert.Equal(new ReplacementOptions { Profile = Profile.Any }, Bind("--auto").Options);
    }

    [Theory]
    [InlineData("--rank got '0'; expected full or a whole number of at least 1", "--rank", "0")]
    [InlineData("--rank got '-3'; expected full or a whole number of at least 1", "--rank=-3")]
    [InlineData("--rank got 'low'; expected full or a whole number of at least 1", "--rank", "5", "low")]
    [InlineData("--alpha got '0'; expected a fraction above 0 and below 1", "--alpha", "0")]
    [InlineData("--fit-fraction got '1'; expected a fraction above 0 and below 1", "--fit-fraction", "1")]
    [InlineData("--candidates got '0'; expected a whole number from 1 to 2000", "--candidates", "0")]
    [InlineData("--exports got '65'; expected a whole number from 1 to 64", "--exports", "65")]
    [InlineData(
        "--auto and --component were both given; expected one of them", "--auto", "--component", "dense_2")]
    [InlineData(
        "--state and --endpoint were both given; a mesh keeps runs in its own folder", "--state", "s", "--endpoint",
        "http://127.0.0.1:1")]
    public void Parse_WhatIsNone_SaysWhatCameAndWhatWasExpected(string sentence, params string[] arguments) =>
        Assert.Equal([sentence], Parse(arguments).Errors.Select(error => error.Message));

    [Theory]
    [InlineData("accuracy")]
    [InlineData("accuracy=x")]
    [InlineData("accuracy=-1%")]
    [InlineData("accuracy=150%")]
    [InlineData("latency=0")]
    [InlineData("latency=80%")]
    [InlineData("size=2")]
    public void Parse_ABudgetThatIsNone_SaysWhatWasExpected(string text) => Assert.Equal(
        [
            $"--budget got '{text}'; expected accuracy=LOSS (a fraction or a percentage, e.g. accuracy=0.5%) or "
            + "latency=RATIO (e.g. latency=0.8), each once",
        ],
        Parse("--budget", text).Errors.Select(error => error.Message));

    [Theory]
    [InlineData("accuracy=0.5%", 0.005)]
    [InlineData("accuracy=0.005", 0.005)]
    [InlineData("accuracy=0", 0)]
    public void Bind_ALossOfAccuracy_MayBeAFractionOrAPercentage(string text, double loss)
    {
        var budget = Bind("--budget", text).Options.Budget;

        Assert.True(budget.HasAccuracyLoss);
        Assert.Equal(loss, budget.AccuracyLoss, 1e-15);
    }

    private static ReplaceSettings Bind(params string[] more)
    {
        var (arguments, command) = Create();
        return arguments.Bind(command.Parse(["m.onnx", "--data", "d.npy", "--output", "h.onnx", .. more]));
    }

    private static ParseResult Parse(params string[] more) =>
        Create().Command.Parse(["m.onnx", "--data", "d.npy", "--output", "h.onnx", .. more]);

    private static (ReplaceArguments Arguments, RootCommand Command) Create()
    {
        var (arguments, command) = (new ReplaceArguments(), new RootCommand());
        arguments.AddTo(command);
        return (arguments, command);
    }
}
