using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>Adds up kept summaries, one after the other: two are in memory at a time.</summary>
internal sealed class SummaryMerger(SummaryFiles summaries, FitGate gate)
{
    private const int MostSummaries = 1024;

    public async Task<(StreamedFit Sink, EstimatorRequest Request, DataSeen Seen)> MergeAsync(
        IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count is < 1 or > MostSummaries)
        {
            throw new InvalidRequestException(
                "SUMMARIES_INVALID", $"got {ids.Count} summaries, expected 1 to {MostSummaries}", "summary_ids");
        }

        var (manifests, seen) = (new List<SummaryManifest>(), new DataSeen());
        for (var i = 0; i < ids.Count; i++)
        {
            var manifest = await summaries.ReadAsync(ids[i], $"summary_ids[{i}]", cancellationToken);
            manifests.Add(manifest);
            RequireSame(manifests[0], manifest, i);
            seen.Rows += manifest.Rows;
            seen.Bytes += manifest.Bytes;
            seen.Trajectories += manifest.Trajectories;
        }

        var merged = await gate.RunAsync(() => Merge(manifests, cancellationToken), cancellationToken);
        return (new StreamedFit(merged), manifests[0].Request, seen);
    }

    private StreamingFit Merge(List<SummaryManifest> manifests, CancellationToken cancellationToken)
    {
        var estimator = (PairEstimator)EstimatorCatalogue.Create(manifests[0].Request);
        var merged = summaries.Open(manifests[0], estimator, "summary_ids[0]");
        for (var i = 1; i < manifests.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                merged.Merge(summaries.Open(manifests[i], estimator, $"summary_ids[{i}]"));
            }
            catch (ArgumentException e)
            {
                throw new InvalidRequestException(
                    "SUMMARIES_DIFFER", $"summary {i} cannot be merged: {e.Message.Split(" (Parameter", 2)[0]}",
                    $"summary_ids[{i}]", e);
            }
        }

        return merged;
    }

    private static void RequireSame(SummaryManifest first, SummaryManifest other, int index)
    {
        var (a, b) = (first.Request, other.Request);
        var differing = a.Options.Keys.Union(b.Options.Keys)
            .FirstOrDefault(o => a.Options.GetValueOrDefault(o) != b.Options.GetValueOrDefault(o));
        if (a.Method != b.Method || differing is not null)
        {
            throw new InvalidRequestException(
                "SUMMARIES_DIFFER",
                a.Method != b.Method
                    ? $"summary {index} is of the method {b.Method}, the first of {a.Method}"
                    : $"summary {index} has {differing} {b.Options.GetValueOrDefault(differing!)}, the first "
                    + $"{a.Options.GetValueOrDefault(differing!)}",
                $"summary_ids[{index}]");
        }
    }
}
