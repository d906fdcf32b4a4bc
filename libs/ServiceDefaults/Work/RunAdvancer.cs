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
        var run = await _services.Runs.PeekAsync(runId, ct).ConfigureAwait(false);
        return run.HasEnded
            ? run
            : await AdvanceAsync(
                run, WorkView.OfAll(await _services.Work.ListAsync(runId, ct).ConfigureAwait(false)), ct)
                .ConfigureAwait(false);
    }

    /// <summary>Moves the run on by what follows from a piece of its work that was done or parked.</summary>
    internal async Task AdvanceAsync(WorkKey after, CancellationToken ct)
    {
        var run = await _services.Runs.PeekAsync(after.RunId, ct).ConfigureAwait(false);
        if (!run.HasEnded)
        {
            var around = run.Plan is { } plan ? RunWorkflow.Around(plan, after) : [];
            var work = await _services.Work.ViewAsync(after.RunId, around, ct).ConfigureAwait(false);
            await AdvanceAsync(run, work, ct).ConfigureAwait(false);
        }
    }

    private async Task<RunRecord> AdvanceAsync(RunRecord run, WorkView work, CancellationToken ct)
    {
        var step = RunWorkflow.Next(run, work, _services.Options.ShardsInFlight);
        if (step.Parked is { } parked)
        {
            return await _ender.FailAsync(
                run.RunId,
                ParkedReason,
                $"{parked.Key.Name} was given up after {parked.Attempts} attempts: {parked.LastError}",
                ct).ConfigureAwait(false);
        }

        if (step.Result is { } report)
        {
            return await _ender.SucceedAsync(run.RunId, report, ct).ConfigureAwait(false);
        }

        if (step.Run != run)
        {
            run = await _services.Runs.UpdateAsync(
                run.RunId, r => RunWorkflow.Next(r, work, _services.Options.ShardsInFlight).Run, ct)
                .ConfigureAwait(false);
        }

        if (step.Ready.Count > 0)
        {
            foreach (var key in await _services.Work.OfferAsync(run.RunId, step.Ready, ct).ConfigureAwait(false))
            {
                await _publisher.PublishAsync(run, key, ct).ConfigureAwait(false);
            }
        }

        return run;
    }
}
