using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Runs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>Lets go of what a process holds of a run that has ended, whichever process ended it.</summary>
public interface IRunEndObserver
{
    /// <summary>The run has ended; may be told twice. Must not throw or take long.</summary>
    void OnEnded(string runId);
}

/// <summary>
/// Hears from the ledger of every run that ends, and stops what this process still does for it.
/// </summary>
internal sealed class RunEndWatcher(
    WorkServices services, RunCancellations cancellations, IEnumerable<IRunEndObserver> observers,
    ILogger<RunEndWatcher> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await foreach (var run in services.Runs.WatchEndingsAsync(stoppingToken).ConfigureAwait(false))
                {
                    await EndAsync(run).ConfigureAwait(false);
                }
            }
            catch (KoopmanMeshException e)
            {
                // Until the ledger is back, work of a run that ended learns it from its own heart-beat.
                Log.EndingsUnwatched(logger, e.Message);
                await Task.Delay(services.Options.ReconcileInterval, services.Time, stoppingToken)
                    .ConfigureAwait(false);
            }
        }
    }

    private async Task EndAsync(RunRecord run)
    {
        if (run.State == RunState.Succeeded)
        {
            cancellations.Release(run.RunId);
        }
        else
        {
            await cancellations.CancelAsync(run.RunId).ConfigureAwait(false);
        }

        foreach (var observer in observers)
        {
            observer.OnEnded(run.RunId);
        }
    }
}
