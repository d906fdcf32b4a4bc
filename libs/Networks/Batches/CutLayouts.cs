using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace KoopmanMesh.Networks.Batches;

/// <summary>
/// The tensors at which a network can be cut: every path goes through them, they are float32, and their rows were seen
/// to lie one after the other.
/// </summary>
internal static class CutLayouts
{
    private const int Rows = 2;

    /// <summary>Input first, output last, in the order of the graph.</summary>
    public static IReadOnlyList<TensorLayout> Find(ModelProto model, long[] oneRow, bool batched)
    {
        var graph = model.Graph;
        var (input, output) = (graph.Input[0].Name, graph.Output[0].Name);
        var names = new GraphIndex(graph, input).Dominators(output);
        var width = checked((int)oneRow.Aggregate(1L, (product, length) => product * length));
        var values = RowSample.Uniform(Rows * width);
        using var probe = new GraphProbe(model, names.Skip(1));
        var first = probe.Run(values[..width], oneRow);
        var layouts = new List<TensorLayout> { new(input, oneRow, batched) };
        if (!batched)
        {
            layouts.AddRange(names.Skip(1).Where(name => IsFloat(first, name))
                .Select(name => new TensorLayout(name, first[name].Dimensions, Batched: false)));
            return layouts;
        }

        var second = probe.Run(values[width..], oneRow);
        var both = probe.Run(values, [oneRow[0] * Rows, .. oneRow.Skip(1)]);
        layouts.AddRange(names.Skip(1)
            .Where(name => IsFloat(first, name) && RowsInOrder(first[name], second[name], both[name]))
            .Select(name => new TensorLayout(name, first[name].Dimensions, Batched: true)));
        return layouts;
    }

    private static bool IsFloat(IReadOnlyDictionary<string, ProbedTensor> run, string name) =>
        run.TryGetValue(name, out var tensor) && tensor.ElementType == TensorElementType.Float
            && tensor.Values.Length > 0;

    private static bool RowsInOrder(ProbedTensor first, ProbedTensor second, ProbedTensor both) =>
        first.Dimensions.Length > 0
        && both.Dimensions.Length == first.Dimensions.Length
        && both.Dimensions[0] == Rows * first.Dimensions[0]
        && both.Dimensions.AsSpan(1).SequenceEqual(first.Dimensions.AsSpan(1))
        && RowSample.Difference([.. first.Values, .. second.Values], both.Values) <= RowSample.Tolerance;
}
