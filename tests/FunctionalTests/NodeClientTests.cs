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
        var model = mesh.Write("small.onnx", Samples.Network(Samples.Reflection(3, 1), Samples.Scaled(3, 2)));
        var data = mesh.Write("small.npy", Samples.Npy(Samples.Normal(60_000, 3), 3));

        using var seen = JsonDocument.Parse(
            await NodePeer.RunAsync("analyze.mjs", mesh.Address.Authority, model, data));

        var states = seen.RootElement.GetProperty("states");
        Assert.Equal("RUN_STATE_SUCCEEDED", states[states.GetArrayLength() - 1].GetString());
        var total = seen.RootElement.GetProperty("total").GetProperty("logPdet").GetDouble();
        Assert.Equal(3 * Math.Log(2), total, 1e-4);
        var report = await mesh.Client.ReportAsync(seen.RootElement.GetProperty("runId").GetString()!, Token);
        Assert.Equal(report.Total.LogPdet, total);
    }
}
