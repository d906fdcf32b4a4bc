using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Messaging;
using KoopmanMesh.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>
/// Ends runs: in the ledger, which tells every process, and by an event for whoever else wants to know. The event comes
/// at least once: what could not be published when the run ended is left to reconciliation.
/// </summary>
public sealed class RunEnder(IRunLedger ledger, IEventBus bus, ILogger logger)
{
    /// <summary>The run failed. A run that has ended stays as it is.</summary>
    public Task<RunRecord> FailAsync(string runId, string reason, string message, CancellationToken ct) =>
        EndAsync(runId, r => r.Failed(reason, message), ct);

    /// <summary>Somebody cancelled the run. A run that has ended stays as it is.</summary>
    public Task<RunRecord> CancelAsync(string runId, CancellationToken ct) =>
        EndAsync(runId, static r => r with { State = RunState.Cancelled }, ct);

    /// <summary>All of the run's work is done, and its report is stored.</summary>
    internal Task<RunRecord> SucceedAsync(string runId, string report, CancellationToken ct) => EndAsync(
        runId,
        r => r with
        {
            State = RunState.Succeeded,
            Stage = RunStages.Done,
            Artifacts = r.Artifacts.SetItem(ReportOf(r), report),
        },
        ct);

    /// <summary>Publishes how a run ended, and has the ledger remember that it was.</summary>
    /// <exception cref="EventBusUnavailableException">It could not be published.</exception>
    internal async Task TellAsync(RunRecord run, CancellationToken ct)
    {
        await PublishAsync(run, ct).ConfigureAwait(false);
        await ledger.ToldAsync(run.RunId, ct).ConfigureAwait(false);
    }

    private async Task<RunRecord> EndAsync(string runId, Func<RunRecord, RunRecord> end, CancellationToken ct)
    {
        RunRecord? wanted = null;
        var run = await ledger.UpdateAsync(runId, r => wanted = end(r), ct).ConfigureAwait(false);

        // Asked is not written: while the ledger was out of reach another may have ended the run otherwise.
        if (wanted is not null && (wanted.State, wanted.Error) == (run.State, run.Error))
        {
            RunTelemetry.Tell(run);
            Log.RunEnded(logger, runId, run.State.ToString(), run.Error?.Message ?? "");
            try
            {
                // Not by the caller's token: with the run's end, which whoever works for it hears of, that is cancelled.
                await TellAsync(run, CancellationToken.None).ConfigureAwait(false);
            }
            catch (KoopmanMeshException e)
            {
                // The run has ended all the same, and the ledger knows that nobody was told.
                Log.EndNotPublished(logger, runId, e.Message);
            }
        }

        return run;
    }

    private ValueTask PublishAsync(RunRecord run, CancellationToken ct) => run switch
    {
        { State: RunState.Failed, Error: { } error } =>
            bus.PublishAsync(new RunFailed(run.RunId, error.Reason, error.Message), ct),
        { State: RunState.Cancelled } => bus.PublishAsync(new RunCancelled(run.RunId), ct),
        { Spec.Replacement: null } =>
            bus.PublishAsync(new RunScored(run.RunId, run.Artifacts[RunArtifacts.Report]), ct),
        _ => bus.PublishAsync(new ReplacementReported(run.RunId, run.Artifacts[RunArtifacts.Replacement]), ct),
    };

    private static string ReportOf(RunRecord run) =>
        run.Spec.Replacement is null ? RunArtifacts.Report : RunArtifacts.Replacement;
}
