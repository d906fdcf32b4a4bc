using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;
using Microsoft.Extensions.Options;
using AccumulatorKind = KoopmanMesh.Numerics.Accumulation.AccumulatorKind;

namespace KoopmanMesh.Capture.Runs;

/// <summary>A run planned: the spec with every default and adjustment filled in, and how it is split.</summary>
/// <param name="Spec">As it will be carried out.</param>
/// <param name="Plan">Components, shards, rows.</param>
/// <param name="LargestAccumulator">Bytes of the largest accumulator.</param>
internal sealed record PlannedRun(RunSpec Spec, RunPlan Plan, long LargestAccumulator);

/// <summary>Checks all that can be checked without running, and splits the run.</summary>
internal sealed class RunPlanner(ModelDesk models, IArtifactStore artifacts, IOptions<CaptureOptions> options)
{
    private const int FewestBlocks = 10;
    private const int FewestRowsPerBlock = 2;

    public async Task<PlannedRun> PlanAsync(RunSpec? spec, CancellationToken cancellationToken)
    {
        var inputs = await RunInputs.OpenAsync(spec, models, artifacts, cancellationToken);
        var resolved = inputs.Spec;
        var widths = inputs.Chain.Boundaries.Select(b => WidthAt(b.Width, resolved.Options)).ToArray();
        var blocks = Blocks(inputs, widths);
        resolved.Options.Blocks = blocks;
        var shards = (int)((inputs.Data.Rows + resolved.Options.ShardRows - 1) / resolved.Options.ShardRows);
        var largest = Bytes(widths, blocks, resolved.Options).Max();
        return new PlannedRun(resolved, new RunPlan(inputs.Chain.Components.Count, shards, inputs.Data.Rows), largest);
    }

    /// <summary>Features of a snapshot at a cut: a wide one is compressed.</summary>
    public static int WidthAt(int width, AnalysisOptions options) =>
        width <= options.MaxWidth ? width : Math.Min(CutCompressor.Rank, options.MaxWidth);

    private int Blocks(RunInputs inputs, int[] widths)
    {
        var wanted = (int)Math.Clamp(inputs.Data.Rows / FewestRowsPerBlock, 2, inputs.Spec.Options.Blocks);
        var limit = options.Value.MaxAccumulatorBytes;
        for (var blocks = wanted; blocks >= Math.Min(wanted, FewestBlocks); blocks--)
        {
            if (Bytes(widths, blocks, inputs.Spec.Options).Sum() <= limit)
            {
                return blocks;
            }
        }

        throw new CapacityException(
            "ACCUMULATORS_TOO_LARGE",
            $"the accumulators of cuts of {string.Join(", ", widths)} features need "
            + $"{Bytes(widths, FewestBlocks, inputs.Spec.Options).Sum()} "
            + $"bytes, allowed are {limit}; lower maxWidth or raise Capture:MaxAccumulatorBytes");
    }

    private static IEnumerable<long> Bytes(int[] widths, int blocks, AnalysisOptions options)
    {
        var kind = options.Accumulator == Run.V1.AccumulatorKind.Qr ? AccumulatorKind.Qr : AccumulatorKind.Gram;
        return widths.Zip(
            widths.Skip(1), (before, after) => BlockedAccumulator.EstimateBytes(before, after, blocks, kind));
    }
}
