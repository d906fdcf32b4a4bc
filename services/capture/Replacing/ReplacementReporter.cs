using System.Globalization;
using KoopmanMesh.Capture.Replacing.Bounding;
using KoopmanMesh.Capture.Replacing.Measuring;
using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Replacement.V1;
using KoopmanMesh.Run.V1;
using Microsoft.ML.OnnxRuntime;

namespace KoopmanMesh.Capture.Replacing;

/// <summary>Puts together what a replacement run found.</summary>
internal sealed class ReplacementReporter(UnstableCounter unstable, ILinearAlgebra algebra, TimeProvider time)
{
    private const int SchemaVersion = 1;

    public static string ToolVersion { get; } = typeof(ReplacementReporter).Assembly.GetName().Version!.ToString(3);

    /// <summary>The report, with the budget's choice.</summary>
    /// <param name="job">The run.</param>
    /// <param name="plan">What was evaluated.</param>
    /// <param name="hybrids">The exported front, best score first.</param>
    /// <param name="timings">Seconds by stage.</param>
    /// <param name="cancellationToken">Looked at in every batch.</param>
    public async Task<ReplacementReport> WriteAsync(
        ReplacementJob job, PlanResult plan, IReadOnlyList<ExportedHybrid> hybrids, IEnumerable<StageTime> timings,
        CancellationToken cancellationToken)
    {
        var report = Begin(job);
        (report.Original, report.OriginalCosts) = await Task.Run(
            () => HybridMeasurer.Original(job, cancellationToken), cancellationToken);
        var count = await unstable.OfOriginalAsync(job, cancellationToken);
        count.WriteTo(report.OriginalCosts);
        if (count.Refusal.Length > 0)
        {
            job.Warnings.Add($"unstable ReLUs were not counted: {count.Refusal}");
        }

        var exported = hybrids.ToDictionary(h => h.Evaluation.Plan.Id, h => h.Evaluation, StringComparer.Ordinal);
        report.Candidates.Add(plan.Evaluations.Select(e => ReplacementMapping.ToMessage(
            exported.GetValueOrDefault(e.Plan.Id) ?? e, exported.ContainsKey(e.Plan.Id))));
        report.Front.Add(hybrids.Select(hybrid => hybrid.Report));
        var original = count.Refusal.Length > 0 ? plan.Original : plan.Original with { UnstableRelus = count.Unstable };
        var choice = Decide(job, original, hybrids);
        (report.Chosen, report.Verdict) = (choice.Chosen, choice.Sentence);
        report.Warnings.Add(job.Warnings.Concat(choice.Warning is { } warning ? [warning] : []).Distinct());
        report.Timings.Add(timings);
        return report;
    }

    private static Choice Decide(
        ReplacementJob job, Evaluation original, IReadOnlyList<ExportedHybrid> hybrids) => job.Regions.Count == 0
        ? new Choice(-1, "replace nothing: the network has no part that could be replaced; name its component to "
            + "replace it whole")
        : Choice.Of(
            [.. hybrids.Select(h => new FrontPoint(h.Evaluation, h.Report.Latencies[0].Ratio))],
            original, job.Measure, job.Options.Budget, job.Named);

    private ReplacementReport Begin(ReplacementJob job)
    {
        var report = new ReplacementReport
        {
            SchemaVersion = SchemaVersion,
            RunId = job.RunId,
            CreatedAt = time.GetUtcNow().UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ToolVersion = ToolVersion,
            Model = ModelMapping.ToSummary(job.Model, job.Inputs.Spec.Model),
            Data = ReplacementMapping.ToSplit(job),
            Options = job.Options,
            Measure = job.Measure.Name(),
            Environment = new Run.V1.Environment
            {
                LinearAlgebra = algebra.Name,
                OnnxRuntime = OrtEnv.Instance().GetVersionString(),
                Dotnet = System.Environment.Version.ToString(),
                Cores = System.Environment.ProcessorCount,
            },
        };
        report.Warnings.Add(job.Inputs.Chain.Notes);
        return report;
    }
}
