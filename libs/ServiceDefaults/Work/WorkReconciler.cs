using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>
/// Finds what was lost: events that never arrived, work whose replica died, runs whose last step nobody followed up, or
/// whose end nobody told. The hosts take turns, so that a thousand of them read no more of the ledger than one.
/// </summary>
internal sealed class WorkReconciler(
    WorkServices services, RunAdvancer advancer, WorkPublisher publisher, RunEnder ender,
    ILogger<WorkReconciler> logger)
    : BackgroundService
{
    private const int MostAtOnce = 256;

    // A little less than an interval: a lone host's timer must not come just too early each time.
    private readonly TimeSpan _turn = services.Options.ReconcileInterval * 0.9;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!services.Options.Reconcile)
        {
            return;
        }

        using var timer = new PeriodicTimer(services.Options.ReconcileInterval, services.Time);
        do
        {
            try
            {
                if (await services.Work.TakeTurnAsync(_turn, stoppingToken).ConfigureAwait(false))
                {
                    await ReconcileAsync(stoppingToken).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The next round finds what this one could not.
                Log.ReconciliationFailed(logger, (e as KoopmanMeshException)?.Message ?? e.GetType().Name, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    internal async Task ReconcileAsync(CancellationToken ct)
    {
        foreach (var item in await services.Work.TakeStalledAsync(services.Options.RepublishAfter, MostAtOnce, ct)
            .ConfigureAwait(false))
        {
            await TryAsync(() => RecoverAsync(item, ct)).ConfigureAwait(false);
        }

        foreach (var run in await services.Runs.ListUnfinishedAsync(ct).ConfigureAwait(false))
        {
            await TryAsync(() => advancer.AdvanceAsync(run.RunId, ct)).ConfigureAwait(false);
        }

        foreach (var run in await services.Runs.ListUntoldAsync(services.Options.RepublishAfter, ct)
            .ConfigureAwait(false))
        {
            await TryAsync(() => TellAsync(run, ct)).ConfigureAwait(false);
        }
    }

    // What is wrong with one run is not to keep the others from being found; the next round tries it again.
    private async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.ReconciliationFailed(logger, (e as KoopmanMeshException)?.Message ?? e.GetType().Name, e);
        }
    }

    private async Task RecoverAsync(WorkItem item, CancellationToken ct)
    {
        var run = await services.Runs.PeekAsync(item.Key.RunId, ct).ConfigureAwait(false);
        var failures = item.Failures + (item.State == WorkState.Leased ? 1 : 0);
        if (failures < services.Options.MaxFailures)
        {
            WorkTelemetry.Republished.Add(1, WorkTelemetry.Kind(item.Key.Kind));
            Log.WorkRepublished(logger, item.Key.Name, run.RunId, item.State.ToString(), item.Attempts);
            await publisher.PublishAsync(run, item.Key, ct).ConfigureAwait(false);
            return;
        }

        var why = item.State == WorkState.Leased || item.LastError.Length == 0
            ? $"replica '{item.Owner}' stopped answering while at it"
            : item.LastError;
        await services.ParkAsync(item.Key, item.Attempts, why, logger, ct).ConfigureAwait(false);
    }

    private async Task TellAsync(RunRecord run, CancellationToken ct)
    {
        using var activity = WorkTelemetry.Source.StartUnder(run, "republish");
        Log.EndRepublished(logger, run.RunId, run.State.ToString());
        await ender.TellAsync(run, ct).ConfigureAwait(false);
    }
}
