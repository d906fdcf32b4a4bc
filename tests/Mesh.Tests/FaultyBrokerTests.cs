using KoopmanMesh.Mesh.Tests.Harness;

namespace KoopmanMesh.Mesh.Tests;

/// <summary>Events are lost, doubled and shuffled; nothing dies. Both at once: <c>make chaos FAULTS=1</c>.</summary>
public sealed class FaultyBrokerTests(SharedMesh shared)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runs_WithEventsDuplicatedDroppedAndShuffled_FindTheSame()
    {
        var undisturbed = await shared.UndisturbedAsync();
        await using var mesh = await RunningMesh.StartAsync(new MeshShape { Sidecars = BrokerFaults.Settings }, Ct);
        var spec = await SharedMesh.Job.UploadAsync(mesh.Api, Ct);

        for (var i = 0; i < 3; i++)
        {
            var run = await FinishedRun.RunAsync(mesh, spec, disturb: null, Ct);
            run.IsAs(undisturbed, SharedMesh.Job, $"run {i + 1} over a faulty broker");
        }

        BrokerFaults.AssertMade(mesh);
    }
}
