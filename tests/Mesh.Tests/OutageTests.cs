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
}
