using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Messaging;

namespace KoopmanMesh.Capture.Messaging;

/// <summary>Closes the run: its report is there.</summary>
internal sealed class RunScoredHandler(IRunLedger ledger, WorkspaceCache workspaces) : IEventHandler<RunScored>
{
    public async Task HandleAsync(RunScored e, CancellationToken ct)
    {
        workspaces.Release(e.RunId);
        await ledger.UpdateAsync(
            e.RunId,
            run => run with
            {
                State = RunState.Succeeded,
                Stage = RunStages.Done,
                Artifacts = run.Artifacts.SetItem(RunArtifacts.Report, e.ReportDigest),
            },
            ct);
    }
}

/// <summary>Closes the run: it failed.</summary>
internal sealed class RunFailedHandler(IRunLedger ledger, WorkspaceCache workspaces) : IEventHandler<RunFailed>
{
    public async Task HandleAsync(RunFailed e, CancellationToken ct)
    {
        workspaces.Release(e.RunId);
        await ledger.UpdateAsync(e.RunId, run => run.Failed(e.Reason, e.Error), ct);
    }
}

/// <summary>Lets go of what a cancelled run held; the ledger knows already.</summary>
internal sealed class RunCancelledHandler(WorkspaceCache workspaces) : IEventHandler<RunCancelled>
{
    public Task HandleAsync(RunCancelled e, CancellationToken ct)
    {
        workspaces.Release(e.RunId);
        return Task.CompletedTask;
    }
}
