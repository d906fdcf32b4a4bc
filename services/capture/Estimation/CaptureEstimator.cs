using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Capture.Estimation;

/// <summary>Predicts what a run will cost from a short measured sample.</summary>
internal sealed class CaptureEstimator(RunPlanner planner, ModelDesk models, ServiceDefaults.Artifacts.IArtifactStore artifacts, TimeProvider time)
{
    private const int SampleRows = 1024;
    private const int BatchRows = 256;

    public async Task<EstimateRunResponse> EstimateAsync(RunSpec? spec, CancellationToken cancellationToken)
    {
        var planned = await planner.PlanAsync(spec, cancellationToken);
        var inputs = await RunInputs.OpenAsync(planned.Spec, models, artifacts, cancellationToken);
        var (rows, seconds) = await Task.Run(() => Measure(inputs, cancellationToken), cancellationToken);
        var widths = inputs.Chain.Boundaries.Select(b => (long)RunPlanner.WidthAt(b.Width, planned.Spec.Options)).ToArray();
        return new EstimateRunResponse
        {
            Rows = planned.Plan.Rows,
            Components = planned.Plan.Components,
            SnapshotBytes = sizeof(float) * planned.Plan.Rows * widths.Zip(widths.Skip(1), (n, p) => n + p).Sum(),
            CaptureSeconds = seconds / rows * planned.Plan.Rows,
            SampledRows = rows,
            AccumulatorBytes = planned.LargestAccumulator,
        };
    }

    private (long Rows, double Seconds) Measure(RunInputs inputs, CancellationToken cancellationToken)
    {
        using var network = new ProbedNetwork(inputs.Chain);
        using var feed = new RowFeed(inputs.Data, inputs.Order, 0, Math.Min(SampleRows, inputs.Data.Rows), BatchRows, 1);
        var (rows, started) = (0L, 0L);
        while (feed.Read())
        {
            network.Capture(feed.Rows, feed.Count, cancellationToken);

            // The first batch pays for the runtime's warm-up and is not counted when there are more.
            (rows, started) = started == 0 && feed.Count < inputs.Data.Rows
                ? (0, time.GetTimestamp())
                : (rows + feed.Count, started);
        }

        return rows > 0 && started > 0 ? (rows, time.GetElapsedTime(started).TotalSeconds) : MeasureOnce(inputs, network, cancellationToken);
    }

    /// <summary>A data set of a single batch: run it again, warm.</summary>
    private (long Rows, double Seconds) MeasureOnce(RunInputs inputs, ProbedNetwork network, CancellationToken cancellationToken)
    {
        using var feed = new RowFeed(inputs.Data, inputs.Order, 0, inputs.Data.Rows, BatchRows, 1);
        feed.Read();
        var started = time.GetTimestamp();
        network.Capture(feed.Rows, feed.Count, cancellationToken);
        return (feed.Count, time.GetElapsedTime(started).TotalSeconds);
    }
}
