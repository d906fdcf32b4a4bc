using System.Diagnostics;
using KoopmanMesh.Capture.Replacing;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Messaging;

namespace KoopmanMesh.Capture.Runs;

/// <summary>Accepts runs, stops them, and hands out their reports.</summary>
internal sealed class RunDesk(
    RunPlanner planner, ReplacementCheck replacements, ReplacementDesk replacing, IRunLedger ledger, IEventBus bus,
    IArtifactStore artifacts)
{
    /// <summary>
    /// Checks everything that can be checked without running, records the run and publishes its shards, or that its
    /// replacements can be looked for.
    /// </summary>
    public async Task<RunRecord> SubmitAsync(RunSpec? spec, string idempotencyKey, CancellationToken cancellationToken)
    {
        var planned = spec?.Replacement is null
            ? await planner.PlanAsync(spec, cancellationToken)
            : await replacements.PlanAsync(spec, cancellationToken);
        var plan = planned.Plan;
        var trace = Activity.Current?.TraceId.ToHexString() ?? "";
        var (run, created) = await ledger.CreateOrGetAsync(
            new NewRun(planned.Spec, idempotencyKey, trace), cancellationToken);
        if (!created)
        {
            return run;
        }

        if (run.Spec.Replacement is not null)
        {
            return await replacing.StartAsync(run.RunId, plan, cancellationToken);
        }

        run = await ledger.UpdateAsync(
            run.RunId, r => r with { State = RunState.Running, Stage = RunStages.Capture, Plan = plan },
            cancellationToken);
        var shardRows = (plan.Rows + plan.Shards - 1) / plan.Shards;
        for (var shard = 0; shard < plan.Shards; shard++)
        {
            var first = shard * shardRows;
            var rows = Math.Min(shardRows, plan.Rows - first);
            await bus.PublishAsync(
                new ShardPlanned(run.RunId, shard, plan.Shards, plan.Components, first, rows), cancellationToken);
        }

        return run;
    }

    public async Task<RunRecord> CancelAsync(string runId, CancellationToken cancellationToken)
    {
        var run = await ledger.UpdateAsync(runId, r => r with { State = RunState.Cancelled }, cancellationToken);
        if (run.State == RunState.Cancelled)
        {
            await bus.PublishAsync(new RunCancelled(runId), cancellationToken);
        }

        return run;
    }

    public async Task<Report> ReportAsync(string runId, CancellationToken cancellationToken)
    {
        var run = await ledger.GetAsync(runId, cancellationToken);
        if (run.Spec.Replacement is not null)
        {
            throw new PreconditionException(
                "RUN_IS_A_REPLACEMENT", runId,
                $"run {runId} looks for linear stand-ins; ReplacementService.GetReplacement has its report");
        }

        if (run.State != RunState.Succeeded)
        {
            throw new PreconditionException(
                "RUN_NOT_SUCCEEDED", runId, $"run {runId} is {run.State}, a report exists once it has Succeeded");
        }

        return Report.Parser.ParseFrom(
            await artifacts.ReadAllBytesAsync(run.Artifacts[RunArtifacts.Report], cancellationToken));
    }
}
