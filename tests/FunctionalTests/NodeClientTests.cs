using System.Diagnostics;
using System.Text.Json;
using KoopmanMesh.FunctionalTests.Hosting;

namespace KoopmanMesh.FunctionalTests;

/// <summary>The mesh is real gRPC: a client of another make, from the protos alone, can run an analysis.</summary>
public sealed class NodeClientTests(MeshFixture mesh)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OfficialNodeClient_ReadsTheSameReport()
    {
        var root = SharedData.Repository;
        Assert.SkipUnless(root is not null, "the repository's root, which holds KoopmanMesh.sln, was not found");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(root!, "node_modules", "@grpc", "grpc-js")),
            "the official Node client is not installed: node_modules/@grpc/grpc-js is absent");
        Assert.SkipUnless(NodeIsInstalled(), "no node was found on the PATH");
        var model = mesh.Write("small.onnx", Samples.Network(Samples.Reflection(3, 1), Samples.Scaled(3, 2)));
        var data = mesh.Write("small.npy", Samples.Npy(Samples.Normal(60_000, 3), 3));

        using var seen = JsonDocument.Parse(await RunNodeAsync(
            Path.Combine(root!, "tests", "FunctionalTests", "Peers", "analyze.mjs"),
            Path.Combine(root!, "protos"), mesh.Address.Authority, model, data));

        var states = seen.RootElement.GetProperty("states");
        Assert.Equal("RUN_STATE_SUCCEEDED", states[states.GetArrayLength() - 1].GetString());
        var total = seen.RootElement.GetProperty("total").GetProperty("logPdet").GetDouble();
        Assert.Equal(3 * Math.Log(2), total, 1e-4);
        var report = await mesh.Client.ReportAsync(seen.RootElement.GetProperty("runId").GetString()!, Token);
        Assert.Equal(report.Total.LogPdet, total);
    }

    private static async Task<string> RunNodeAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("node", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(Token);
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, await error);
        return output;
    }

    private static bool NodeIsInstalled() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, "node")));
}
