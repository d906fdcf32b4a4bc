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

    // A host that could not publish what it found leaves the next turns to others.
    private const int IntervalsSatOut = 4;

    // Pauses are spread by a quarter: hosts in step would leave all turns to the first of them. A lone host gets each.
    private const double ShortestPause = 0.75;
    private const double LongestPause = 1.25;

    private readonly Random _random = new(services.Instance.Name.GetHashCode(StringComparison.Ordinal));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (services.Options.Reconcile)
        {
            var pause = services.Options.ReconcileInterval;
            try
            {
                if (await services.Work.TakeTurnAsync(pause * ShortestPause, stoppingToken).ConfigureAwait(false)
                    && !await ReconcileAsync(stoppingToken).ConfigureAwait(false))
                {
                    pause *= IntervalsSatOut;
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The next round finds what this one could not.
                Log.ReconciliationFailed(logger, (e as KoopmanMeshException)?.Message ?? e.GetType().Name, e);
            }

            var spread = ShortestPause + ((LongestPause - ShortestPause) * _random.NextDouble());
            await Task.Delay(pause * spread, services.Time, stoppingToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether all that was found could be dealt with.</summary>
    internal async Task<bool> ReconcileAsync(CancellationToken ct)
    {
        var all = true;
        foreach (var item in await services.Work.TakeStalledAsync(services.Options.RepublishAfter, MostAtOnce, ct)
            .ConfigureAwait(false))
        {
            all &= await TryAsync(() => RecoverAsync(item, ct)).ConfigureAwait(false);
        }

        foreach (var run in await services.Runs.ListUnfinishedAsync(ct).ConfigureAwait(false))
        {
            all &= await TryAsync(() => AdvanceAsync(run, ct)).ConfigureAwait(false);
        }

        foreach (var run in await services.Runs.ListUntoldAsync(services.Options.RepublishAfter, ct)
            .ConfigureAwait(false))
        {
            all &= await TryAsync(() => TellAsync(run, ct)).ConfigureAwait(false);
        }

        return all;
    }

    // What is wrong with one run is not to keep the others from being found; the next round tries it again.
    private async Task<bool> TryAsync(Func<Task<bool>> act)
    {
        try
        {
            return await act().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.ReconciliationFailed(logger, (e as KoopmanMeshException)?.Message ?? e.GetType().Name, e);
            return false;
        }
    }

    private async Task<bool> RecoverAsync(WorkItem item, CancellationToken ct)
    {
        var run = await services.Runs.PeekAsync(item.Key.RunId, ct).ConfigureAwait(false);
        var failures = item.Failures + (item.State == WorkState.Leased ? 1 : 0);
        if (failures < services.Options.MaxFailures)
        {
            WorkTelemetry.Republished.Add(1, WorkTelemetry.Kind(item.Key.Kind));
            Log.WorkRepublished(logger, item.Key.Name, run.RunId, item.State.ToString(), item.Attempts);
            return await publisher.PublishAsync(run, item.Key, ct).ConfigureAwait(false);
        }

        var why = item.State == WorkState.Leased || item.LastError.Length == 0
            ? $"replica '{item.Owner}' stopped answering while at it"
            : item.LastError;
        await services.ParkAsync(item.Key, item.Attempts, why, logger, ct).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> AdvanceAsync(RunRecord run, CancellationToken ct)
    {
        await advancer.AdvanceAsync(run.RunId, ct).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> TellAsync(RunRecord run, CancellationToken ct)
    {
        using var activity = WorkTelemetry.Source.StartUnder(run, "republish");
        Log.EndRepublished(logger, run.RunId, run.State.ToString());
        await ender.TellAsync(run, ct).ConfigureAwait(false);
        return true;
    }
}
