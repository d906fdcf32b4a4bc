using System.Text.Json;
using KoopmanMesh.Cli;
using KoopmanMesh.FunctionalTests.Hosting;

namespace KoopmanMesh.FunctionalTests.Training;

/// <summary><c>koopmesh compare</c> measures distances of known spectra.</summary>
public sealed class CompareCommandTests(MeshFixture mesh, CommandRuns runs) : IClassFixture<CommandRuns>
{
    [Fact]
    public async Task Compare_ARunWithItself_IsNoDistance()
    {
        var found = await JsonAsync(runs["t13-slow.npy"], runs["t13-slow.npy"], "--delays", "4", "--modes", "3");

        Assert.Equal(0, found.GetProperty("distance").GetDouble(), 1e-12);
        Assert.Equal(1, found.GetProperty("pValue").GetDouble(), 1e-12);
    }

    [Fact]
    public async Task Compare_TwoRatesOnOneQuadratic_IsTheMeanOverMatchedEigenvalues()
    {
        // {1, 0.9, 0.6} and {1, 0.8, 0.2}.
        var found = await JsonAsync(
            runs["t13-slow.npy"], runs["t13-fast.npy"], "--delays", "4", "--modes", "3", "--layer", "last");

        Assert.Equal(0.5 / 3, found.GetProperty("distance").GetDouble(), 1e-4);
    }

    [Fact]
    public async Task Compare_FoldersOfRuns_ExchangesWholeRuns()
    {
        var found = await JsonAsync(
            runs["groups/a"], runs["groups/b"], "--delays", "4", "--modes", "3", "--seed", "1");

        var exchange = found.GetProperty("runs");
        Assert.InRange(exchange.GetProperty("pValue").GetDouble(), exchange.GetProperty("smallest").GetDouble(), 0.11);
        Assert.True(exchange.GetProperty("between").GetDouble() > exchange.GetProperty("within").GetDouble());
    }

    [Fact]
    public async Task Compare_ForPeople_ShowsThePairs()
    {
        var text = await CommandRuns.TextAsync(
            mesh, "compare", runs["t13-slow.npy"], runs["t13-fast.npy"], "--delays", "4", "--modes", "3");

        Assert.StartsWith("the spectra are ", text, StringComparison.Ordinal);
        Assert.Contains("0.9000", text, StringComparison.Ordinal);
        Assert.Contains("0.8000", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_NoSuchLayer_NamesThoseThereAre() => await CommandRuns.FailsAsync(
        mesh, ExitCodes.BadInput, $"'{runs["softmax"]}' has no layer 'fc'; it has dense_1",
        "compare", runs["softmax"], runs["softmax"], "--layer", "fc");

    [Fact]
    public async Task Compare_RunShorterThanItsDelays_IsRefused()
    {
        var result = await CommandLine.RunAsync(
            "compare", runs["t13-slow.npy"], runs["t13-fast.npy"], "--delays", "64", "--endpoint",
            mesh.Address.ToString());

        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    private Task<JsonElement> JsonAsync(params string[] arguments) =>
        CommandRuns.JsonAsync(mesh, ["compare", .. arguments]);
}
