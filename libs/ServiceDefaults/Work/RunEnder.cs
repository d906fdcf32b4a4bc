using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Messaging;
using KoopmanMesh.ServiceDefaults.Telemetry;

namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>
/// Ends runs: in the ledger, which tells every process, and by an event for whoever else wants to know.
/// </summary>
public sealed class RunEnder(IRunLedger ledger, IEventBus bus)
{
    /// <summary>The run failed. A run that has ended stays as it is.</summary>
    public async Task<RunRecord> FailAsync(string runId, string reason, string message, CancellationToken ct)
    {
        var (run, mine) = await EndAsync(runId, r => r.Failed(reason, message), ct).ConfigureAwait(false);
        if (mine)
        {
            await bus.PublishAsync(new RunFailed(runId, reason, message), ct).ConfigureAwait(false);
        }

        return run;
    }

    /// <summary>Somebody cancelled the run. A run that has ended stays as it is.</summary>
    public async Task<RunRecord> CancelAsync(string runId, CancellationToken ct)
    {
        var (run, mine) = await EndAsync(runId, static r => r with { State = RunState.Cancelled }, ct)
            .ConfigureAwait(false);
        if (mine)
        {
            await bus.PublishAsync(new RunCancelled(runId), ct).ConfigureAwait(false);
        }

        return run;
    }

    /// <summary>All of the run's work is done, and its report is stored.</summary>
    internal async Task<RunRecord> SucceedAsync(RunRecord run, string report, CancellationToken ct)
    {
        var name = run.Spec.Replacement is null ? RunArtifacts.Report : RunArtifacts.Replacement;
        var (ended, mine) = await EndAsync(
            run.RunId,
            r => r with
            {
                State = RunState.Succeeded,
                Stage = RunStages.Done,
                Artifacts = r.Artifacts.SetItem(name, report),
            },
            ct).ConfigureAwait(false);
        if (mine)
        {
            var told = run.Spec.Replacement is null
                ? bus.PublishAsync(new RunScored(run.RunId, report), ct).AsTask()
                : bus.PublishAsync(new ReplacementReported(run.RunId, report), ct).AsTask();
            await told.ConfigureAwait(false);
        }

        return ended;
    }

    private async Task<(RunRecord Run, bool Mine)> EndAsync(
        string runId, Func<RunRecord, RunRecord> end, CancellationToken ct)
    {
        RunRecord? wanted = null;
        var run = await ledger.UpdateAsync(runId, r => wanted = end(r), ct).ConfigureAwait(false);

        // Asked is not written: while the ledger was out of reach another may have ended the run otherwise.
        var mine = wanted is not null && (wanted.State, wanted.Error) == (run.State, run.Error);
        if (mine)
        {
            RunTelemetry.Tell(run);
        }

        return (run, mine);
    }
}
