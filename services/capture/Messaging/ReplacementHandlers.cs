using KoopmanMesh.Capture.Replacing;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Messaging;

namespace KoopmanMesh.Capture.Messaging;

/// <summary>Carries out a replacement run, or what is left of it.</summary>
internal sealed class ReplacementPlannedHandler(IRunLedger ledger, ReplacementRunner runner, ReplacementDesk desk)
    : IEventHandler<ReplacementPlanned>
{
    public async Task HandleAsync(ReplacementPlanned e, CancellationToken ct)
    {
        var run = await ledger.GetAsync(e.RunId, ct);
        if (!run.HasEnded)
        {
            await desk.FinishAsync(await runner.RunAsync(run, ct), ct);
        }
    }
}

/// <summary>Closes a replacement run: its report is there.</summary>
internal sealed class ReplacementReportedHandler(IRunLedger ledger) : IEventHandler<ReplacementReported>
{
    public Task HandleAsync(ReplacementReported e, CancellationToken ct) => ledger.UpdateAsync(
        e.RunId,
        run => run with
        {
            State = RunState.Succeeded,
            Stage = RunStages.Done,
            Artifacts = run.Artifacts.SetItem(RunArtifacts.Replacement, e.ReportDigest),
        },
        ct);
}
