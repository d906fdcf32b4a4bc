using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>
/// Moves a run on after a piece of its work is done: makes ready what follows and says so, or closes the run. Whoever
/// completes work calls it; so does reconciliation, for those who could not.
/// </summary>
public sealed class RunAdvancer
{
    /// <summary>Reason of a run whose work failed too often.</summary>
    public const string ParkedReason = "WORK_PARKED";

    private readonly WorkServices _services;
    private readonly WorkPublisher _publisher;
    private readonly RunEnder _ender;

    internal RunAdvancer(WorkServices services, WorkPublisher publisher, RunEnder ender) =>
        (_services, _publisher, _ender) = (services, publisher, ender);

    /// <summary>Moves the run on as far as the ledger allows; returns what it is then.</summary>
    public async Task<RunRecord> AdvanceAsync(string runId, CancellationToken ct)
    {
        var run = await _services.Runs.GetAsync(runId, ct).ConfigureAwait(false);
        if (run.HasEnded)
        {
            return run;
        }

        var items = await _services.Work.ListAsync(runId, ct).ConfigureAwait(false);
        var step = RunWorkflow.Next(run, items, _services.Options.ShardsInFlight);
        if (step.Parked is { } parked)
        {
            return await _ender.FailAsync(
                runId,
                ParkedReason,
                $"{parked.Key.Name} was given up after {parked.Attempts} attempts: {parked.LastError}",
                ct).ConfigureAwait(false);
        }

        if (step.Result is { } report)
        {
            return await _ender.SucceedAsync(runId, report, ct).ConfigureAwait(false);
        }

        if (step.Run != run)
        {
            run = await _services.Runs.UpdateAsync(
                runId, r => RunWorkflow.Next(r, items, _services.Options.ShardsInFlight).Run, ct).ConfigureAwait(false);
        }

        foreach (var key in await _services.Work.OfferAsync(runId, step.Ready, ct).ConfigureAwait(false))
        {
            await _publisher.PublishAsync(run, key, ct).ConfigureAwait(false);
        }

        return run;
    }
}
