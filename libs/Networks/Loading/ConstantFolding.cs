using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace KoopmanMesh.Networks.Loading;

/// <summary>
/// Computes what depends on constants only (transposed weights, reshaped targets) once, with the runtime itself, so
/// that every later pass finds weights as initializers.
/// </summary>
internal static class ConstantFolding
{
    private static readonly HashSet<string> Random =
        ["RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli"];

    public static void Run(ModelProto model, string input, List<string> notes)
    {
        var graph = model.Graph;
        var constant = graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        var folded = new List<NodeProto>();
        foreach (var node in graph.Node.Where(node => Foldable(node, constant)))
        {
            folded.Add(node);
            constant.UnionWith(node.Writes());
        }

        if (folded.Count == 0 || Evaluate(model, folded) is not { } values)
        {
            return;
        }

        graph.Initializer.AddRange(values);
        GraphEdits.Replace(graph.Node, [.. Others(graph, folded)]);
        GraphEdits.Prune(graph, [.. graph.Output.Select(info => info.Name), input]);
        notes.Add($"Computed once, since only constants go in: {GraphRepair.Count(folded.Count, "node")}.");
    }

    private static bool Foldable(NodeProto node, HashSet<string> constant) =>
        !Random.Contains(node.OpType) && !node.Subgraphs().Any() && node.Reads().All(constant.Contains);

    /// <summary>The values that the rest of the graph reads, or null when the runtime can't compute them.</summary>
    private static List<TensorProto>? Evaluate(ModelProto model, List<NodeProto> folded)
    {
        var wanted = Others(model.Graph, folded).SelectMany(node => node.Reads())
            .Intersect(folded.SelectMany(node => node.Writes()))
            .ToList();
        if (wanted.Count == 0)
        {
            return null;
        }

        var part = model.Clone();
        part.Graph.Input.Clear();
        GraphEdits.Replace(part.Graph.Node, [.. folded.Select(node => node.Clone())]);
        GraphEdits.Prune(part.Graph, wanted);
        try
        {
            using var probe = new GraphProbe(part, wanted);
            var results = probe.Run();
            return results.Count == wanted.Count && results.Values.All(IsPlain)
                ? [.. results.Select(pair => ToConstant(pair.Key, pair.Value))]
                : null;
        }
        catch (OnnxRuntimeException)
        {
            // What can't be computed apart stays in the graph, where opening the whole model says what is wrong.
            return null;
        }
    }

    // By reference: messages compare by value, which would walk every weight.
    private static IEnumerable<NodeProto> Others(GraphProto graph, List<NodeProto> folded) =>
        graph.Node.Except(folded, ReferenceEqualityComparer.Instance).Cast<NodeProto>();

    private static TensorProto ToConstant(string name, ProbedTensor tensor) =>
        tensor.Bytes is null
            ? TensorData.FromFloats(name, tensor.Values, tensor.Dimensions)
            : TensorData.FromBytes(name, (int)tensor.ElementType, tensor.Bytes, tensor.Dimensions);

    private static bool IsPlain(ProbedTensor tensor) =>
        tensor.ElementType == TensorElementType.Float || tensor.Bytes is not null;
}
