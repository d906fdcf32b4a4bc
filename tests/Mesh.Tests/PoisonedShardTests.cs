using KoopmanMesh.Mesh.Tests.Harness;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Mesh.Tests;

/// <summary>A shard that kills whoever takes it.</summary>
public sealed class PoisonedShardTests
{
    private const int Attempts = 2;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Shard_WhoseEveryReplicaDies_IsParkedWithItsReasonOnTheRun()
    {
        var settings = new Dictionary<string, string> { ["Work__MaxFailures"] = $"{Attempts}" };
        await using var mesh = await RunningMesh.StartAsync(
            new MeshShape { Koopman = 1, Settings = settings }, Ct);
        var job = Job.Small(rows: 40_000, shardRows: 40_000);
        var run = await mesh.Api.SubmitAsync(await job.UploadAsync(mesh.Api, Ct), "", Ct);

        var status = await mesh.Api.GetAsync(run, Ct);
        var killed = new HashSet<string>();
        while (status.State is RunState.Queued or RunState.Running)
        {
            foreach (var piece in await mesh.Api.WorkAsync(run, Ct))
            {
                if (piece is { Kind: "shard", State: "leased" } && killed.Add(piece.Owner))
                {
                    mesh.Processes[ReplicaOf(piece.Owner)].Kill();
                }
            }

            await Task.Delay(5, Ct);
            status = await mesh.Api.GetAsync(run, Ct);
        }

        Assert.Equal(Attempts, killed.Count);
        Assert.Equal((RunState.Failed, "WORK_PARKED"), (status.State, status.ErrorReason));
        Assert.StartsWith($"shard 0 was given up after {Attempts} attempts:", status.Error, StringComparison.Ordinal);
        Assert.Equal("parked", Assert.Single(await mesh.Api.WorkAsync(run, Ct)).State);
        var healthy = Job.Small();
        await FinishedRun.RunAsync(mesh, await healthy.UploadAsync(mesh.Api, Ct), disturb: null, Ct);
    }

    // capture-1-5f3a9c was a life of capture-1.
    private static string ReplicaOf(string owner) => owner[..owner.LastIndexOf('-')];
}
