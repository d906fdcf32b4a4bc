using System.CommandLine;
using KoopmanMesh.Cli.Commands;
using KoopmanMesh.Experiments.Dynamics;
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
    public void BindDynamics_Defaults_AreTheExperimentsOwnSeeds()
    {
        var settings = BindDynamics("stopping", "--data", "images", "--output", "out")!;

        Assert.Equal(("stopping", 10, "out", "images"),
            (settings.Experiment.Name, settings.Seeds, settings.Output, settings.Mnist));
        Assert.Equal("koopmesh reproduce stopping --data images --output out", settings.CommandLine);
        Assert.Equal(3, BindDynamics("initialisation", "--output", "out", "--seeds", "3")!.Seeds);
        Assert.Null(BindDynamics("yin-yang", "--output", "out"));
    }

    [Theory]
    [InlineData("stopping needs --data DIR, the folder with its four IDX files", "stopping")]
    [InlineData("initialisation makes its own data; leave --data out", "initialisation", "--data", "images")]
    [InlineData("an experiment takes 1 to 1000 seeds, got 0", "initialisation", "--seeds", "0")]
    [InlineData("an experiment takes 1 to 1000 seeds, got 1001", "initialisation", "--seeds", "1001")]
    [InlineData(
        "--delays is for yin-yang and mnist; leave it out for initialisation", "initialisation", "--delays", "3")]
    public void BindDynamics_WhatCannotBeRun_IsAUsageErrorInOneSentence(string message, params string[] arguments)
    {
        var error = Assert.Throws<CliException>(() => BindDynamics([.. arguments, "--output", "out"]));

        Assert.Equal(message, error.Message);
        Assert.Equal(ExitCodes.Usage, error.ExitCode);
    }

    [Fact]
    public void Bind_UnknownExperiment_NamesAllThatThereAre()
    {
        var error = Assert.Throws<CliException>(() => Bind("digits", "--output", "out"));

        var names = string.Join(", ", ExperimentCatalogue.All.Select(e => e.Name));
        Assert.Equal($"'digits' is no experiment; known are yin-yang, mnist, {names}", error.Message);
    }

    [Fact]
    public void Create_Help_ListsEveryExperimentWithItsTitle()
    {
        var description = ReproduceCommand.Create().Description!;

        Assert.All(ExperimentCatalogue.All, e =>
        {
            Assert.Contains($"  {e.Name}", description, StringComparison.Ordinal);
            Assert.Contains(e.Title, description, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task RunDynamics_FolderWithoutMnist_IsBadInput()
    {
        var settings = BindDynamics(
            "stopping", "--data", "/nowhere", "--output", Path.Combine(Path.GetTempPath(), "never-made"))!;

        var error = await Assert.ThrowsAsync<CliException>(
            () => ReproduceDynamics.RunAsync(settings, TestContext.Current.CancellationToken));

        Assert.Equal("'/nowhere' holds no train-images-idx3-ubyte.gz, which is part of MNIST", error.Message);
        Assert.Equal(ExitCodes.BadInput, error.ExitCode);
    }

    [Fact]
    public async Task RunDynamics_DamagedSeed_IsBadInput()
    {
        var folder = Directory.CreateTempSubdirectory("reproduce");
        var seeds = folder.CreateSubdirectory("seeds").FullName;
        File.WriteAllText(Path.Combine(seeds, "null-1001.json"), "{");
        var settings = BindDynamics("initialisation", "--output", folder.FullName)!;

        var error = await Assert.ThrowsAsync<CliException>(
            () => ReproduceDynamics.RunAsync(settings, TestContext.Current.CancellationToken));

        Assert.Contains("delete it to run this seed again", error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.BadInput, error.ExitCode);
        folder.Delete(recursive: true);
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

    private static ReproduceSettings Bind(params string[] arguments) =>
        Parsed(arguments, (options, result) => options.Bind(result));

    private static ReproduceDynamicsSettings? BindDynamics(params string[] arguments) =>
        Parsed(arguments, (options, result) => options.BindDynamics(result));

    private static T Parsed<T>(string[] arguments, Func<ReproduceArguments, ParseResult, T> bind)
    {
        var command = new Command("reproduce");
        var options = new ReproduceArguments();
        options.AddTo(command);
        var result = new RootCommand { command }.Parse(["reproduce", .. arguments]);
        Assert.Empty(result.Errors);
        return bind(options, result);
    }
}
