using System.CommandLine;
using KoopmanMesh.Cli.Commands;
using KoopmanMesh.Experiments.Recipes;

namespace KoopmanMesh.Cli.Tests.Commands;

public sealed class ReproduceArgumentsTests
{
    [Fact]
    public void Bind_Defaults_AreBothSettingsAllStartsTenDelaysAndFiveSeeds()
    {
        var settings = Bind("mnist", "--data", "images", "--output", "out");

        Assert.Equal(("mnist", "images", "out"), (settings.Recipe.Name, settings.Data, settings.Output));
        Assert.Equal([PaperSetting.AsPublished, PaperSetting.Corrected], settings.Options.Settings);
        Assert.Equal([1, 3, 5], settings.Options.Starts);
        Assert.Equal((5, 10), (settings.Options.Seeds, settings.Options.MostDelays));
        Assert.Equal("koopmesh reproduce mnist --data images --output out", settings.CommandLine);
    }

    [Fact]
    public void Bind_Parts_AreTaken()
    {
        var settings = Bind(
            "yin-yang", "--output", "out", "--seeds", "3", "--corrected", "--starts", "1,5", "--delays", "4");

        Assert.Equal([PaperSetting.Corrected], settings.Options.Settings);
        Assert.Equal([1, 5], settings.Options.Starts);
        Assert.Equal((3, 4), (settings.Options.Seeds, settings.Options.MostDelays));
        Assert.Equal(
            [PaperSetting.AsPublished], Bind("yin-yang", "--output", "out", "--as-published").Options.Settings);
    }

    [Theory]
    [InlineData("a reproduction takes 1 to 30 seeds, got 0", "yin-yang", "--seeds", "0")]
    [InlineData(
        "a trajectory of 12 states allows 1 to 10 delays, so that one state is left to predict, got 11",
        "yin-yang", "--delays", "11")]
    [InlineData(
        "a start is the odd position of a ReLU that another one follows, from 1 to 5, got 2",
        "yin-yang", "--starts", "1,2")]
    [InlineData("mnist needs --data DIR, the folder with its four IDX files", "mnist")]
    [InlineData("yin-yang makes its own data; leave --data out", "yin-yang", "--data", "images")]
    public void Bind_WhatCannotBeRun_IsAUsageErrorInOneSentence(string message, params string[] arguments)
    {
        var error = Assert.Throws<CliException>(() => Bind([.. arguments, "--output", "out"]));

        Assert.Equal(message, error.Message);
        Assert.Equal(ExitCodes.Usage, error.ExitCode);
    }

    [Fact]
    public async Task Run_FolderWithoutMnist_IsBadInput()
    {
        var settings = Bind("mnist", "--data", "/nowhere", "--output", Path.Combine(Path.GetTempPath(), "never-made"));

        var error = await Assert.ThrowsAsync<CliException>(
            () => ReproduceCommand.RunAsync(settings, TestContext.Current.CancellationToken));

        Assert.Equal("'/nowhere' holds no train-images-idx3-ubyte.gz, which is part of MNIST", error.Message);
        Assert.Equal(ExitCodes.BadInput, error.ExitCode);
    }

    private static ReproduceSettings Bind(params string[] arguments)
    {
        var command = new Command("reproduce");
        var options = new ReproduceArguments();
        options.AddTo(command);
        var result = new RootCommand { command }.Parse(["reproduce", .. arguments]);
        Assert.Empty(result.Errors);
        return options.Bind(result);
    }
}
