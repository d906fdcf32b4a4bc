using KoopmanMesh.Mesh.Tests.Harness;

namespace KoopmanMesh.Mesh.Tests;

/// <summary>The broker or the database is away for longer than a lease, and comes back.</summary>
public sealed class OutageTests(SharedMesh shared)
{
    private static readonly TimeSpan _away = RunningMesh.Lease + TimeSpan.FromSeconds(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Broker_AwayAndBack_DelaysARunAndChangesNothing()
    {
        var (undisturbed, mesh) = (await shared.UndisturbedAsync(), await shared.ReadyAsync());

        var run = await FinishedRun.RunAsync(
            mesh,
            await shared.SpecAsync(),
            async _ =>
            {
                await mesh.Redis.KillAsync(Ct);
                await Task.Delay(_away, Ct);
                await mesh.Redis.RestartAsync(Ct);
            },
            Ct);

        run.IsAs(undisturbed, SharedMesh.Job, "a run over an outage of the broker");
    }

    [Fact]
    public async Task Database_AwayAndBack_DelaysARunAndChangesNothing()
    {
        var (undisturbed, mesh) = (await shared.UndisturbedAsync(), await shared.ReadyAsync());

        var run = await FinishedRun.RunAsync(
            mesh,
            await shared.SpecAsync(),
            async _ =>
            {
                await mesh.Postgres.KillAsync(Ct);
                await Task.Delay(_away, Ct);
                await mesh.Postgres.RestartAsync(Ct);
            },
            Ct);

        run.IsAs(undisturbed, SharedMesh.Job, "a run over an outage of the database");
    }

    [Fact]
    public async Task Database_AwayForLongerThanAnybodysPatience_DelaysARunAndChangesNothing()
    {
        var undisturbed = await shared.UndisturbedAsync();
        var settings = new Dictionary<string, string> { ["State__LedgerPatience"] = "00:00:01" };
        await using var mesh = await RunningMesh.StartAsync(new MeshShape { Settings = settings }, Ct);
        var spec = await SharedMesh.Job.UploadAsync(mesh.Api, Ct);

        var run = await FinishedRun.RunAsync(
            mesh,
            spec,
            async _ =>
            {
                await mesh.Postgres.KillAsync(Ct);
                await Task.Delay(_away * 2, Ct);
                await mesh.Postgres.RestartAsync(Ct);
            },
            Ct);

        run.IsAs(undisturbed, SharedMesh.Job, "a run over an outage that outlasts the ledger's patience");
    }
}
