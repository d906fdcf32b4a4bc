using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Loading;
using KoopmanMesh.Networks.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace KoopmanMesh.Networks.Batches;

/// <summary>
/// Decides how rows go through a repaired model, trying in turn: the batch axis the file leaves free; the axis of
/// length 1, then of any length, that the file fixes; an axis put in front; and one run per row. Every way is checked
/// against the original.
/// </summary>
internal sealed class BatchPlanner(ModelProto model, string name, List<string> notes)
{
    private const int SampleRows = 3;
    private string _reason = "";

    private string Output => model.Graph.Output[0].Name;

    public BatchPlan Plan()
    {
        var dimensions = InputShape.Read(model.Graph.Input[0], name);
        if (dimensions is not [-1, ..])
        {
            return PlanFixed(model, dimensions);
        }

        long[] oneRow = [1, .. dimensions.Skip(1)];
        var shapes = OriginalShapes(model, oneRow);
        if (TryFree(oneRow, shapes) is { } free)
        {
            return free;
        }

        notes.Add("The file declares a free batch axis, but rows run together don't run or differ.");
        return PlanFixed(Pinned(oneRow), oneRow);
    }

    private BatchPlan? TryFree(long[] oneRow, Dictionary<string, long[]> shapes)
    {
        var sample = RowSample.OneByOne(model, Output, SampleRows, oneRow);
        if (Accept(model, oneRow, sample, Batching.Free) is not { } plan)
        {
            return null;
        }

        // Targets computed from the input's own shape tie every component to the input; fixed ones cut the tie.
        if (model.Graph.Node.Any(node => node.OpType is "Shape" or "Size")
            && TryRewrite(Pinned(oneRow), shapes, sample, [BatchPlace.Leading]) is { } rewritten)
        {
            notes.Add("Reshape targets that the graph computed from shapes were replaced by constants.");
            return rewritten with { Mode = Batching.Free };
        }

        return plan;
    }

    private BatchPlan PlanFixed(ModelProto original, long[] dimensions)
    {
        var shapes = OriginalShapes(original, dimensions);
        if (dimensions is [1, _, ..])
        {
            var sample = RowSample.OneByOne(original, Output, SampleRows, dimensions);
            return TryRewrite(original, shapes, sample, [BatchPlace.Leading, BatchPlace.Prepended])
                ?? Alone(original, dimensions, Batching.RowByRow);
        }

        if (dimensions is [> 1, _, ..] && TryRowsOf(original, dimensions) is { } plan)
        {
            return plan;
        }

        var whole = RowSample.OneByOne(original, Output, SampleRows, dimensions);
        return TryRewrite(original, shapes, whole, [BatchPlace.Prepended])
            ?? Alone(original, dimensions, Batching.None);
    }

    /// <summary>
    /// A fixed batch of k: if the network takes one row, and k rows apart equal the k together, the axis is a batch
    /// axis.
    /// </summary>
    private BatchPlan? TryRowsOf(ModelProto original, long[] dimensions)
    {
        long[] oneRow = [1, .. dimensions.Skip(1)];
        var pinned = Pinned(oneRow);
        Dictionary<string, long[]> shapes;
        try
        {
            shapes = Shapes(pinned, oneRow);
        }
        catch (OnnxRuntimeException)
        {
            // The graph insists on its k rows, so they are one row to us.
            return null;
        }

        return TryRewrite(pinned, shapes, RowSample.Together(original, Output, dimensions), [BatchPlace.Leading]);
    }

    private BatchPlan? TryRewrite(
        ModelProto original, Dictionary<string, long[]> shapes, RowSample sample, BatchPlace[] starts)
    {
        foreach (var (start, merge) in starts.SelectMany(start => new[] { (start, true), (start, false) }))
        {
            var (candidate, oneRow, reason) = BatchRewriter.Try(original, shapes, start, merge);
            if (candidate is null)
            {
                _reason = reason;
            }
            else if (Accept(candidate, oneRow, sample, Batching.Rewritten) is { } plan)
            {
                notes.Add($"The batch axis was freed; on {sample.Rows} sample rows the outputs "
                    + (plan.Difference == 0
                        ? "equal the original's."
                        : FormattableString.Invariant($"differ by {plan.Difference:0.0e+0} relative.")));
                return plan;
            }
        }

        return null;
    }

    private BatchPlan? Accept(ModelProto candidate, long[] oneRow, RowSample sample, Batching mode)
    {
        var difference = sample.Difference(candidate, Output, oneRow);
        if (difference > RowSample.Tolerance)
        {
            _reason = double.IsFinite(difference)
                ? "the outputs of the rewritten graph differ"
                : "the rewritten graph does not run";
            return null;
        }

        var cuts = CutLayouts.Find(candidate, oneRow, batched: true);
        if (cuts[^1].Name != Output)
        {
            _reason = "the rows of its output don't lie one after the other";
            return null;
        }

        return new BatchPlan(candidate, mode, cuts[0], cuts[^1], cuts, difference);
    }

    private BatchPlan Alone(ModelProto original, long[] dimensions, Batching mode)
    {
        var cuts = CutLayouts.Find(original, dimensions, batched: false);
        notes.Add($"The batch axis can't be freed ({_reason}); rows run one at a time.");
        return new BatchPlan(original, mode, cuts[0], cuts[^1], cuts, Difference: 0);
    }

    private ModelProto Pinned(long[] dimensions)
    {
        var pinned = model.Clone();
        pinned.Graph.Input[0] = GraphEdits.FloatInfo(pinned.Graph.Input[0].Name, dimensions);
        pinned.Graph.Output[0] = new ValueInfoProto { Name = Output };
        pinned.Graph.ValueInfo.Clear();
        return pinned;
    }

    /// <summary>The first time the runtime sees the model: what it refuses is reported in our words.</summary>
    private Dictionary<string, long[]> OriginalShapes(ModelProto original, long[] dimensions)
    {
        try
        {
            return Shapes(original, dimensions);
        }
        catch (OnnxRuntimeException exception)
        {
            throw RuntimeRefusal.Explain(exception, name);
        }
    }

    private Dictionary<string, long[]> Shapes(ModelProto original, long[] dimensions)
    {
        var graph = original.Graph;
        var index = new GraphIndex(graph, graph.Input[0].Name);
        var tensors = graph.Node.SelectMany(node => node.Writes()).Where(index.IsData);
        using var probe = new GraphProbe(original, tensors);
        var values = RowSample.Uniform(checked((int)dimensions.Aggregate(1L, (product, length) => product * length)));
        var results = probe.Run(values, dimensions);
        if (!results.TryGetValue(Output, out var output) || output.ElementType != TensorElementType.Float)
        {
            throw new UnsupportedModelException(
                $"The output '{Output}' of '{name}' holds {output?.ElementType.ToString() ?? "no tensor"}; float32 is "
                + "supported.");
        }

        if (output.Values.Length == 0)
        {
            throw new UnsupportedModelException($"The output '{Output}' of '{name}' is empty.");
        }

        var shapes = results.ToDictionary(pair => pair.Key, pair => pair.Value.Dimensions);
        shapes[graph.Input[0].Name] = dimensions;
        return shapes;
    }
}
