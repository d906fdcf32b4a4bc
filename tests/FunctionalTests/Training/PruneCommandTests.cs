using KoopmanMesh.Cli;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.Numerics.Storage.Arrays;

namespace KoopmanMesh.FunctionalTests.Training;

/// <summary><c>koopmesh prune</c> prunes what tends to the least.</summary>
public sealed class PruneCommandTests(MeshFixture mesh, CommandRuns runs) : IClassFixture<CommandRuns>
{
    [Fact]
    public async Task Prune_BySizeAlone_TakesTheSmallestLimitsAndLeavesBiases()
    {
        var output = mesh.NewPath("mask.safetensors");

        var root = await CommandRuns.JsonAsync(
            mesh, "prune", runs["decaying.npz"], "--fraction", "0.5", "--alpha", "0", "--output", output);

        using var file = File.OpenRead(output);
        var masks = TensorArchive.Read(file);
        Assert.Equal(["fc.weight", "fc.bias", "frozen:fc.weight", "frozen:fc.bias"], masks.Names);
        Assert.Equal(LargestHalf(), masks.Bytes("fc.weight", 4, 6));
        Assert.Equal([1, 1, 1, 1], masks.Bytes("fc.bias", 4));
        var report = root.GetProperty("report");
        Assert.Equal(("24", "12"), (
            report.GetProperty("prunable").GetString(), report.GetProperty("pruned").GetString()));
    }

    [Fact]
    public async Task Prune_ForPeople_TellsOfEachTensor()
    {
        var text = await CommandRuns.TextAsync(
            mesh, "prune", runs["decaying.npz"], "--fraction", "0.25", "--per-tensor", "--biases", "--output",
            mesh.NewPath("mask.safetensors"));

        Assert.Contains("7 of 28 prunable parameters (25.0 %)", text, StringComparison.Ordinal);
        Assert.Contains("fc.weight", text, StringComparison.Ordinal);
        Assert.Contains("multiply the weights by their masks", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prune_FewerSnapshotsThanAWindow_IsRefused()
    {
        var output = mesh.NewPath("mask.safetensors");

        var result = await CommandLine.RunAsync(
            "prune", runs["t13-start.npy"], "--fraction", "0.5", "--window", "40", "--output", output, "--endpoint",
            mesh.Address.ToString());

        Assert.Equal(
            (ExitCodes.BadInput, "koopmesh: 21 snapshots are kept since the last break, the window takes 41\n"),
            (result.ExitCode, result.Error));
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(output)!));
    }

    [Theory]
    [InlineData("--fraction got '1'; expected a fraction of at least 0 and below 1", "--fraction", "1")]
    [InlineData("--alpha got '-1'; expected a number of at least 0", "--fraction", "0.5", "--alpha", "-1")]
    public async Task Prune_ValueOutOfRange_IsAUsageError(string message, params string[] option)
    {
        var result = await CommandLine.RunAsync(["prune", runs["t13.npy"], "--output", "m.safetensors", .. option]);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.StartsWith($"koopmesh: {message}\n", result.Error, StringComparison.Ordinal);
    }

    private byte[] LargestHalf()
    {
        using var file = ArrayFile.Open(runs["limits.npy"]);
        var limits = new double[24];
        using var numbers = file.Read(file.Entries[0]);
        numbers.Read(limits);
        var median = limits.Select(Math.Abs).Order().ElementAt(12);
        return [.. limits.Select(limit => (byte)(Math.Abs(limit) >= median ? 1 : 0))];
    }
}
