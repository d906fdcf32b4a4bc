using KoopmanMesh.Replacement.V1;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.Capture.Replacing;

/// <summary>Hands out what replacement runs found.</summary>
internal sealed class ReplacementDesk(IRunLedger ledger, IArtifactStore artifacts)
{
    /// <summary>The report of a run that has succeeded.</summary>
    public async Task<ReplacementReport> ReportAsync(string runId, CancellationToken cancellationToken)
    {
        var run = await ledger.GetAsync(runId, cancellationToken);
        if (run.Spec.Replacement is null)
        {
            throw new PreconditionException(
                "RUN_NOT_A_REPLACEMENT", runId, $"run {runId} is an analysis; RunService.GetReport has its report");
        }

        return run.State == RunState.Succeeded
            ? ReplacementReport.Parser.ParseFrom(
                await artifacts.ReadAllBytesAsync(run.Artifacts[RunArtifacts.Replacement], cancellationToken))
            : throw new PreconditionException(
                "RUN_NOT_SUCCEEDED", runId, $"run {runId} is {run.State}, a report exists once it has Succeeded");
    }

    /// <summary>Opens the file of an exported hybrid; of the chosen one when none is named.</summary>
    public async Task<Stream> OpenHybridAsync(string runId, string hybridId, CancellationToken cancellationToken)
    {
        var report = await ReportAsync(runId, cancellationToken);
        if (hybridId.Length == 0 && report.Chosen < 0)
        {
            throw new PreconditionException(
                "NOTHING_CHOSEN", runId, $"run {runId} chose to {report.Verdict}; name a hybrid of its front");
        }

        var hybrid = hybridId.Length == 0
            ? report.Front[report.Chosen]
            : report.Front.FirstOrDefault(h => h.Id == hybridId)
                ?? throw new ResourceNotFoundException(
                    "HYBRID_NOT_FOUND", "hybrid", hybridId, $"run {runId} exported no hybrid '{hybridId}'");
        return artifacts.OpenRead(hybrid.Digest);
    }
}
