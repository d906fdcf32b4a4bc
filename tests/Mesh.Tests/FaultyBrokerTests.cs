using KoopmanMesh.Mesh.Tests.Harness;

namespace KoopmanMesh.Mesh.Tests;

/// <summary>A tenth of the events comes twice, a tenth never, the rest in any order.</summary>
public sealed class FaultyBrokerTests(SharedMesh shared)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runs_WithEventsDuplicatedDroppedAndShuffled_FindTheSame()
    {
        var undisturbed = await shared.UndisturbedAsync();
        var faults = new Dictionary<string, string>
        {
            ["SIDECAR_DUPLICATE"] = "0.1",
            ["SIDECAR_DROP"] = "0.1",
            ["SIDECAR_SHUFFLE"] = "0.3",
            ["SIDECAR_DELAY"] = "50",
            ["SIDECAR_SEED"] = "7",
        };
        await using var mesh = await RunningMesh.StartAsync(new MeshShape { Sidecars = faults }, Ct);
        var spec = await SharedMesh.Job.UploadAsync(mesh.Api, Ct);

        for (var i = 0; i < 3; i++)
        {
            var run = await FinishedRun.RunAsync(mesh, spec, disturb: null, Ct);
            run.IsAs(undisturbed, SharedMesh.Job, $"run {i + 1} over a faulty broker");
        }
    }
}
