using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.Capture.Replacing;

/// <summary>Tells watchers how far a replacement run is.</summary>
internal sealed class ReplacementProgress(IRunLedger ledger)
{
    /// <summary>A stage begins.</summary>
    public Task StageAsync(string runId, string stage, int steps, CancellationToken cancellationToken) =>
        ledger.UpdateAsync(
            runId,
            run => run with
            {
                Stage = stage,
                Progress = run.Progress with { StepsDone = 0, StepsTotal = steps },
            },
            cancellationToken);

    /// <summary>Steps of the stage are done.</summary>
    public Task AdvanceAsync(string runId, int steps, CancellationToken cancellationToken) =>
        ledger.UpdateAsync(
            runId,
            run => run with
            {
                Progress = run.Progress with
                {
                    StepsDone = Math.Min(run.Progress.StepsDone + steps, run.Progress.StepsTotal),
                },
            },
            cancellationToken);
}
