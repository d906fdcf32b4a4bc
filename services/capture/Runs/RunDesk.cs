using System.Diagnostics;
using KoopmanMesh.Capture.Replacing;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Telemetry;
using KoopmanMesh.ServiceDefaults.Work;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.Capture.Runs;

/// <summary>Accepts runs, stops them, and hands out their reports.</summary>
internal sealed class RunDesk(
    RunPlanner planner, ReplacementCheck replacements, IRunLedger ledger, RunAdvancer advancer, RunEnder ender,
    IArtifactStore artifacts, ILogger<RunDesk> logger)
{
    /// <summary>
    /// Checks everything that can be checked without running, records the run and has its first work published.
    /// </summary>
    public async Task<RunRecord> SubmitAsync(RunSpec? spec, string idempotencyKey, CancellationToken cancellationToken)
    {
        var planned = spec?.Replacement is null
            ? await planner.PlanAsync(spec, cancellationToken)
            : await replacements.PlanAsync(spec, cancellationToken);
        var submitted = new NewRun(
            planned.Spec, idempotencyKey, Activity.Current?.TraceId.ToHexString() ?? "", planned.Plan)
        {
            TraceParent = RunTrace.Begin(),
        };
        var (run, created) = await ledger.CreateOrGetAsync(submitted, cancellationToken);
        if (!created)
        {
            return run;
        }

        var (components, shards, rows) = planned.Plan;
        Log.RunAccepted(
            logger, run.RunId, planned.Spec.Model.Name, planned.Spec.Data.Name, rows, shards, components);
        return await advancer.AdvanceAsync(run.RunId, cancellationToken);
    }

    public Task<RunRecord> CancelAsync(string runId, CancellationToken cancellationToken) =>
        ender.CancelAsync(runId, cancellationToken);

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
