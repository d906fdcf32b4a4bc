using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;

namespace KoopmanMesh.Capture.Estimation;

/// <summary>Predicts what a run will cost from a short measured sample.</summary>
internal sealed class CaptureEstimator(
    RunPlanner planner, ModelDesk models, IArtifactStore artifacts, ILinearAlgebra algebra, TimeProvider time)
{
    private const int SampleRows = 1024;
    private const int BatchRows = 256;

    public async Task<EstimateRunResponse> EstimateAsync(RunSpec? spec, CancellationToken cancellationToken)
    {
        var planned = await planner.PlanAsync(spec, cancellationToken);
        var inputs = await RunInputs.OpenAsync(planned.Spec, models, artifacts, cancellationToken);
        var (rows, seconds) = await Task.Run(() => Measure(inputs, cancellationToken), cancellationToken);
        var widths = inputs.Chain.Boundaries.Select(
            b => (long)RunPlanner.WidthAt(b.Width, planned.Spec.Options)).ToArray();
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

    /// <summary>
    /// Times what the capture stage is made of, forward passes and folds, after one pass that warms both.
    /// </summary>
    private (long Rows, double Seconds) Measure(RunInputs inputs, CancellationToken cancellationToken)
    {
        using var network = new ProbedNetwork(inputs.Chain);

        // A wide cut is compressed before it is folded; its fold costs what its compressed width does.
        var folds = inputs.Chain.Components
            .Where(c => Math.Max(c.Input.Width, c.Output.Width) <= inputs.Spec.Options.MaxWidth)
            .Select(c => (Component: c, Accumulator: new GramAccumulator(c.Input.Width, c.Output.Width, algebra)))
            .ToArray();
        var (rows, started) = (0L, 0L);
        for (var pass = 0; pass < 2; pass++)
        {
            (rows, started) = (0, time.GetTimestamp());
            var most = Math.Min(SampleRows, inputs.Data.Rows);
            using var feed = new RowFeed(inputs.Data, inputs.Order, 0, most, BatchRows, 1);
            while (feed.Read())
            {
                var batch = network.Capture(feed.Rows, feed.Count, cancellationToken);
                foreach (var (component, accumulator) in folds)
                {
                    accumulator.Add(
                        batch[component.InputTensor].Span, batch[component.OutputTensor].Span, feed.Count);
                }

                rows += feed.Count;
            }
        }

        return (rows, time.GetElapsedTime(started).TotalSeconds);
    }
}
