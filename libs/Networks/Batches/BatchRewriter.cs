using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Batches;

/// <summary>
/// Rewrites a graph that runs on one row into one that runs on any number of rows, by carrying the place of the batch
/// axis from the input through every operator. An operator whose rule can't show that rows stay apart and in order
/// stops the rewrite; what comes out is still compared with the original before it is used.
/// </summary>
internal sealed partial class BatchRewriter
{
    private readonly ModelProto _model;
    private readonly IReadOnlyDictionary<string, long[]> _shapes;
    private readonly bool _mergeRows;
    private readonly Dictionary<string, BatchPlace> _places = [];
    private readonly Dictionary<string, TensorProto> _constants;
    private readonly long _opset;

    private BatchRewriter(ModelProto model, IReadOnlyDictionary<string, long[]> shapes, bool mergeRows)
    {
        (_model, _shapes, _mergeRows) = (model, shapes, mergeRows);
        _constants = Graph.Initializer.ToDictionary(tensor => tensor.Name);
        _opset = model.OpsetImport.FirstOrDefault(set => set.Domain is "" or "ai.onnx")?.Version ?? 0;
    }

    private GraphProto Graph => _model.Graph;

    /// <summary>Tries to free the batch axis.</summary>
    /// <param name="original">
    /// The graph at one row, with one input, one output and constants folded; left as it is.
    /// </param>
    /// <param name="shapes">The dimensions of every data tensor at one row.</param>
    /// <param name="start">Whether the input's leading axis is the batch axis, or one is put in front.</param>
    /// <param name="mergeRows">
    /// What to do where a Reshape drops a leading 1: let the rows share the leading axis with what follows (matrix
    /// products need that), or keep an axis of their own.
    /// </param>
    /// <returns>The new model and the input's dimensions at one row, or the reason why not.</returns>
    public static (ModelProto? Model, long[] Input, string Reason) Try(
        ModelProto original, IReadOnlyDictionary<string, long[]> shapes, BatchPlace start, bool mergeRows)
    {
        var rewriter = new BatchRewriter(original.Clone(), shapes, mergeRows);
        return rewriter.Run(start) is { } reason
            ? (null, [], reason)
            : (rewriter._model, rewriter.OneRow(rewriter.Graph.Input[0].Name), "");
    }

    private string? Run(BatchPlace start)
    {
        _places[Graph.Input[0].Name] = start;
        foreach (var node in Graph.Node.ToList())
        {
            if (node.Reads().Any(_places.ContainsKey) && Apply(node) is { } reason)
            {
                return $"{node.OpType} '{node.Name}' {reason}";
            }
        }

        var output = Graph.Output[0].Name;
        if (_places[output] == BatchPlace.Shape)
        {
            return "the output depends on shapes only";
        }

        Graph.Input[0] = GraphEdits.FloatInfo(Graph.Input[0].Name, Free(Graph.Input[0].Name));
        Graph.Output[0] = GraphEdits.FloatInfo(output, Free(output));
        Graph.ValueInfo.Clear();
        GraphEdits.Prune(Graph, [output]);
        return null;
    }

    private string? Apply(NodeProto node)
    {
        if (node.Domain is not ("" or "ai.onnx") || node.Subgraphs().Any())
        {
            return "is not a standard operator";
        }

        if (node.OpType is "Shape" or "Size" || Placed(node).All(name => _places[name] == BatchPlace.Shape))
        {
            return Place(node, BatchPlace.Shape);
        }

        var op = node.OpType;
        return op switch
        {
            "MatMul" => MatMul(node),
            "Gemm" => Gemm(node),
            "Transpose" => Transpose(node),
            "Concat" => Concat(node),
            "Slice" => Slice(node),
            "Gather" => Gather(node),
            "Pad" => Pad(node),
            "Split" => OneAxis(node, missing: 0),
            "LayerNormalization" or "RMSNormalization" => OneAxis(node, missing: -1),
            "LpNormalization" => OneAxis(node, missing: -1),
            _ when Operators.Reflows.Contains(op) => Reflow(node),
            _ when Operators.Softmaxes.Contains(op) => OneAxis(node, missing: _opset < 13 ? 1 : -1),
            "ArgMax" or "ArgMin" => OneAxis(node, missing: 0),
            _ when Operators.Reductions.Contains(op) => Reduce(node),
            _ when Operators.BatchFirst.Contains(op) => BatchFirst(node),
            _ when Operators.IsElementwise(op) => Elementwise(node),
            _ => "has no rule that keeps rows apart",
        };
    }

    /// <summary>Operators whose specification says that the leading axis is the batch.</summary>
    private string? BatchFirst(NodeProto node)
    {
        if (_places[node.Input[0]] != BatchPlace.Leading || Placed(node).Count() > 1)
        {
            return "needs its batch axis in front and constant weights";
        }

        // Resize may name the sizes of all axes; scales say 1 for the batch.
        if (node.OpType == "Resize" && (node.Input.Count > 3 || !ScalesKeepRows(node)))
        {
            return "names the size of the batch axis";
        }

        return Place(node, BatchPlace.Leading);
    }

    private bool ScalesKeepRows(NodeProto node) =>
        Constant(node, node.Input.Count - 1) is { } scales && TensorData.Doubles(scales) is [1.0, ..];

    /// <summary>
    /// Broadcasting between tensors that keep their rows in the same place, and constants that don't reach it.
    /// </summary>
    private string? Elementwise(NodeProto node)
    {
        var data = Placed(node).ToList();
        var (place, shape) = (_places[data[0]], _shapes[data[0]]);
        foreach (var name in data)
        {
            if (_places[name] != place || _shapes[name].Length != shape.Length
                || (place == BatchPlace.Leading && _shapes[name][0] != shape[0]))
            {
                return "joins tensors that keep their rows in different places";
            }
        }

        foreach (var constant in node.Input.Where(_constants.ContainsKey).Select(name => _constants[name].Dims))
        {
            if (constant.Count > shape.Length
                || (place == BatchPlace.Leading && constant.Count == shape.Length && constant[0] != 1))
            {
                return "has a constant that reaches the batch axis";
            }
        }

        return Place(node, place);
    }

    private IEnumerable<string> Placed(NodeProto node) => node.Reads().Where(_places.ContainsKey);

    private TensorProto? Constant(NodeProto node, int input) =>
        node.Input.Count > input ? _constants.GetValueOrDefault(node.Input[input]) : null;

    private string? Place(NodeProto node, BatchPlace place)
    {
        foreach (var name in node.Writes())
        {
            _places[name] = place;
        }

        return null;
    }

    /// <summary>A tensor's dimensions in the rewritten graph, at one row.</summary>
    private long[] OneRow(string tensor) =>
        _places[tensor] == BatchPlace.Prepended ? [1, .. _shapes[tensor]] : _shapes[tensor];

    /// <summary>The same with the batch axis open, as far as it can be said.</summary>
    private long[] Free(string tensor) => [-1, .. OneRow(tensor).Skip(1)];

    /// <summary>Puts a new constant in the place of an input.</summary>
    private void SetInput(NodeProto node, int input, params ReadOnlySpan<long> values)
    {
        var name = GraphEdits.FreshName(Graph,
            $"{node.Name}_{(input == 1 && node.OpType == "Reshape" ? "shape" : "argument")}");
        Graph.Initializer.Add(TensorData.FromIntegers(name, values));
        while (node.Input.Count <= input)
        {
            node.Input.Add("");
        }

        node.Input[input] = name;
    }
}
