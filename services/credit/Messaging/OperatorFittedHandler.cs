using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Credit.Runs;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Messaging;

namespace KoopmanMesh.Credit.Messaging;

/// <summary>
/// Scores a run when the last of its operators is there; whoever moves the run to its credit stage does it.
/// </summary>
internal sealed class OperatorFittedHandler(IRunLedger ledger, RunScorer scorer, IEventBus bus)
    : IEventHandler<OperatorFitted>
{
    public async Task HandleAsync(OperatorFitted e, CancellationToken ct)
    {
        var claimed = false;
        var run = await ledger.UpdateAsync(
            e.RunId,
            r =>
            {
                claimed = r.AllOperatorsFitted && r.Stage is not (RunStages.Credit or RunStages.Audit);
                return claimed ? r with { Stage = RunStages.Credit } : r;
            },
            ct);
        if (claimed)
        {
            await bus.PublishAsync(new RunScored(e.RunId, await scorer.ScoreAsync(run, ct)), ct);
        }
    }
}
