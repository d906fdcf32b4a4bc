using KoopmanMesh.Capture.Boxes;
using KoopmanMesh.Capture.Replacing.Bounding;
using KoopmanMesh.Capture.Replacing.Fitting;
using KoopmanMesh.Capture.Replacing.Measuring;
using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Capture.Replacing.Rows;
using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Replacement.V1;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.Capture.Replacing;

/// <summary>The stages of a replacement run, one after the other.</summary>
internal sealed record ReplacementStages(FitStage Fit, PlanStage Plan, ExportStage Export, BoundStage Bound);

/// <summary>
/// Carries out a replacement run: fit, plan, export, bound, report. What was done before, by this run or by an
/// unfinished one of the same request, is not done again.
/// </summary>
internal sealed class ReplacementRunner(
    ReplacementStages stages, ReplacementReporter reporter, Checkpoints checkpoints, ModelDesk models,
    IArtifactStore artifacts, TimeProvider time)
{
    public async Task<ReplacementReport> RunAsync(RunRecord run, CancellationToken cancellationToken)
    {
        using var activity = CaptureTelemetry.Source.StartActivity("capture.replace");
        activity?.SetTag(CaptureTelemetry.RunTag, run.RunId);
        await checkpoints.InheritAsync(run.RunId, cancellationToken);
        var job = await OpenAsync(run, cancellationToken);
        using var network = new ProbedNetwork(job.Inputs.Chain);

        var timings = new List<StageTime>();
        var offers = await TimeAsync(RunStages.Fit, () => stages.Fit.RunAsync(job, network, cancellationToken));
        var plan = await TimeAsync(
            RunStages.Plan, () => stages.Plan.RunAsync(job, network, offers, cancellationToken));
        var hybrids = await TimeAsync(
            RunStages.Export, () => stages.Export.RunAsync(job, offers, plan, cancellationToken));
        hybrids = await TimeAsync(RunStages.Bound, () => stages.Bound.RunAsync(job, hybrids, cancellationToken));
        return await reporter.WriteAsync(job, plan, hybrids, timings, cancellationToken);

        async Task<T> TimeAsync<T>(string stage, Func<Task<T>> work)
        {
            var started = time.GetTimestamp();
            var result = await work();
            timings.Add(new StageTime { Stage = stage, Seconds = time.GetElapsedTime(started).TotalSeconds });
            return result;
        }
    }

    private async Task<ReplacementJob> OpenAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var inputs = await RunInputs.OpenAsync(run.Spec, models, artifacts, cancellationToken);
        var options = inputs.Spec.Replacement;
        var split = new RowSplit(options, inputs.Data.Rows);
        var warnings = new List<string>();
        var regions = options.Regions.Count > 0
            ? RegionFinder.Named(inputs.Chain, options.Regions)
            : RegionFinder.All(inputs.Chain, options.LongestRegion, warnings);
        var rows = new BoxRows(inputs.Data, inputs.Order, row => split.PartOf(row) == RowParts.Fit);
        var box = await Task.Run(
            () => InputBoxes.Resolve(
                options.Box, inputs.Chain.Model, rows, "spec.replacement.box", cancellationToken),
            cancellationToken);
        return new ReplacementJob(
            run.RunId, inputs, split, regions, box, OperationCount.Of(inputs.Chain.Model), warnings);
    }
}
