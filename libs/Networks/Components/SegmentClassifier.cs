using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Components;

/// <summary>Says what a segment is by its operators.</summary>
internal static class SegmentClassifier
{
    public static (ComponentKind Kind, ResidualJoin? Join) Classify(
        GraphIndex index, IReadOnlyList<NodeProto> nodes, string input)
    {
        if (nodes.Count == 1)
        {
            return (OfOperator(index, nodes[0]), null);
        }

        if (nodes.All(IsPointwise))
        {
            return (ComponentKind.Activation, null);
        }

        if (nodes.All(node => IsPointwise(node) || Operators.Reductions.Contains(node.OpType)))
        {
            return (ComponentKind.Normalization, null);
        }

        var join = FindJoin(index, nodes[^1], input);
        var attends = nodes.Any(node => Operators.Softmaxes.Contains(node.OpType))
            && nodes.Count(node => node.OpType == "MatMul" && index.DataInputs(node).Count() == 2) >= 2;
        return (attends, join) switch
        {
            (true, _) => (ComponentKind.Attention, join),
            (_, not null) => (ComponentKind.Residual, join),
            _ => (ComponentKind.Block, null),
        };
    }

    private static bool IsPointwise(NodeProto node) => Operators.IsElementwise(node.OpType);

    private static ComponentKind OfOperator(GraphIndex index, NodeProto node) => node.OpType switch
    {
        "Attention" or "MultiHeadAttention" => ComponentKind.Attention,
        var op when Operators.Products.Contains(op) =>
            index.DataInputs(node).Count() == 1 && node.Input.Any(name => index.Constant(name) is not null)
                ? ComponentKind.Dense
                : ComponentKind.Block,
        var op when Operators.Convolutions.Contains(op) => ComponentKind.Convolution,
        var op when Operators.Pools.Contains(op) || Operators.Reductions.Contains(op) => ComponentKind.Pooling,
        var op when Operators.Normalizations.Contains(op) => ComponentKind.Normalization,
        var op when Operators.Activations.Contains(op) || Operators.Softmaxes.Contains(op) => ComponentKind.Activation,
        var op when Operators.Arithmetic.Contains(op) => ComponentKind.Affine,
        var op when Operators.Reflows.Contains(op) || Operators.Copies.Contains(op) || Operators.Moves.Contains(op) =>
            ComponentKind.Reshape,
        _ => ComponentKind.Block,
    };

    /// <summary>
    /// An addition of two branches, one of which is the input or at most one linear operator away from it.
    /// </summary>
    private static ResidualJoin? FindJoin(GraphIndex index, NodeProto last, string input)
    {
        if (last.OpType is not ("Add" or "Sum") || index.DataInputs(last).ToList() is not [var first, var second])
        {
            return null;
        }

        return (IsShortcut(index, input, first), IsShortcut(index, input, second)) switch
        {
            (true, false) => new ResidualJoin(last.Name, first, second),
            (false, true) => new ResidualJoin(last.Name, second, first),
            _ => null,
        };
    }

    private static bool IsShortcut(GraphIndex index, string input, string tensor)
    {
        var path = Segment.Between(index, input, tensor);
        return path.Count(IsLinear) <= 1 && !path.Any(IsNonlinear);
    }

    private static bool IsLinear(NodeProto node) =>
        Operators.Products.Contains(node.OpType) || Operators.Convolutions.Contains(node.OpType);

    private static bool IsNonlinear(NodeProto node) =>
        Operators.Activations.Contains(node.OpType) || Operators.Softmaxes.Contains(node.OpType);
}
