using Google.Protobuf;
using KoopmanMesh.Capture.Replacing.Measuring;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Replacement.V1;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.Capture.Replacing.Bounding;

/// <summary>
/// Bounds every exported hybrid, then writes its file with all that is known of it in the metadata: same weights, so
/// that what was measured and bounded holds of it.
/// </summary>
internal sealed class BoundStage(BoundCall bounds, IArtifactStore artifacts, ReplacementProgress progress)
{
    private static readonly Dictionary<string, string> _none = [];

    public async Task<IReadOnlyList<ExportedHybrid>> RunAsync(
        ReplacementJob job, IReadOnlyList<ExportedHybrid> hybrids, CancellationToken cancellationToken)
    {
        await progress.StageAsync(job.RunId, RunStages.Bound, hybrids.Count, cancellationToken);
        foreach (var hybrid in hybrids)
        {
            using var activity = CaptureTelemetry.Source.StartActivity("capture.bound");
            var ladder = await BoundAsync(job, hybrid, cancellationToken);
            var file = HybridFile.ToBytes(hybrid.Edited, Metadata(job, hybrid.Report, ladder));
            var stored = await artifacts.PutAsync(file, cancellationToken);
            (hybrid.Report.Bounds, hybrid.Report.Digest, hybrid.Report.Bytes) = (ladder, stored.Digest, stored.Length);
            await progress.AdvanceAsync(job.RunId, 1, cancellationToken);
        }

        return hybrids;
    }

    private async Task<BoundLadder> BoundAsync(
        ReplacementJob job, ExportedHybrid hybrid, CancellationToken cancellationToken)
    {
        var plain = await artifacts.PutAsync(HybridFile.ToBytes(hybrid.Edited, _none), cancellationToken);
        var header = new BoundHeader
        {
            Original = job.Inputs.Spec.Model,
            Hybrid = new ArtifactRef { Digest = plain.Digest, Name = $"{hybrid.Report.Id}.onnx" },
            Alpha = job.Options.Alpha,
            SkipSound = job.Options.SkipSoundBounds,
        };
        header.Regions.Add(hybrid.Report.Regions.Select(region => new BoundRegion
        {
            Name = region.Region,
            FromTensor = region.FromTensor,
            ToTensor = region.ToTensor,
        }));
        using var feed = new DifferenceFeed(job, hybrid.Evaluation.Plan, hybrid.FromFile);
        return await Task.Run(
            () => bounds.BoundAsync(header, job.Box, feed.Read(cancellationToken), cancellationToken),
            cancellationToken);
    }

    /// <summary>Nothing in it depends on the machine's speed: the same run writes the same file.</summary>
    private static Dictionary<string, string> Metadata(ReplacementJob job, Hybrid report, BoundLadder ladder)
    {
        var timeless = ladder.Clone();
        if (timeless.Sound is { } sound)
        {
            sound.Seconds = 0;
        }

        var performance = report.Performance;
        return new Dictionary<string, string>
        {
            ["method"] = "linear stand-ins",
            ["tool_version"] = ReplacementReporter.ToolVersion,
            ["regions"] = Join(report, region => region.Region),
            ["lifts"] = Join(report, region => region.Lift),
            ["ranks"] = Join(report, region => FormattableString.Invariant($"{region.Rank}")),
            ["model_digest"] = job.Inputs.Spec.Model.Digest,
            ["data_digest"] = job.Inputs.Spec.Data.Digest,
            ["measure"] = Planning.Measures.Name(job.Measure),
            ["score"] = FormattableString.Invariant($"{performance.Score:R}"),
            ["score_rows"] = FormattableString.Invariant($"{performance.Rows}"),
            ["bounds"] = JsonFormatter.Default.Format(timeless),
        };
    }

    private static string Join(Hybrid report, Func<ReplacedRegion, string> text) =>
        string.Join(';', report.Regions.Select(text));
}
