using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Tests.Ledger;

namespace KoopmanMesh.ServiceDefaults.Tests.Work;

/// <summary>Hosts take turns at reconciliation: one that is ill must not keep what it finds from the others.</summary>
public sealed class ReconciliationTurnTests(PostgresOfTests postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Host_ThatCannotPublish_LeavesWhatWasLostToTheNext()
    {
        var state = PostgresLedgerHost.NewOptions(await postgres.ServerAsync());
        await using var mute = await WorkFixture.StartAsync(
            (_, _) => throw new InvalidOperationException("it hears of no work"), static _ => new MuteBus(), state: state);
        await using var other = await WorkFixture.StartAsync(
            static (attempt, _) => Task.FromResult(attempt.Lease.Key.Name), state: state);

        // Offered by the host that can't say so.
        var run = await other.EndOfAsync(await mute.SubmitAsync(components: 2, shards: 9, Ct), Ct);

        Assert.Equal(RunState.Succeeded, run.State);
        while ((await other.Runs.GetAsync(run.RunId, Ct)).Untold)
        {
            await Task.Delay(10, Ct);
        }
    }
}
