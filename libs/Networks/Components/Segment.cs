using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Components;

/// <summary>The node that adds a branch to a skip connection.</summary>
internal sealed record ResidualJoin(string Node, string Skip, string Branch);

/// <summary>What lies between two neighbouring cuts: one operator, or a block that can't be cut inside.</summary>
internal sealed record Segment(
    TensorLayout Input, TensorLayout Output, IReadOnlyList<NodeProto> Nodes, ComponentKind Kind, ResidualJoin? Join)
{
    /// <summary>Whether a component has room for only one of these.</summary>
    public bool IsCore => Kind >= ComponentKind.Dense;

    /// <summary>Cuts the model at every cut.</summary>
    public static IReadOnlyList<Segment> Split(NetworkModel model)
    {
        var segments = new List<Segment>(model.Cuts.Count - 1);
        for (var i = 1; i < model.Cuts.Count; i++)
        {
            var nodes = Between(model.Index, model.Cuts[i - 1].Name, model.Cuts[i].Name);
            var (kind, join) = SegmentClassifier.Classify(model.Index, nodes, model.Cuts[i - 1].Name);
            segments.Add(new Segment(model.Cuts[i - 1], model.Cuts[i], nodes, kind, join));
        }

        return segments;
    }

    /// <summary>The data nodes on paths between two tensors, in execution order.</summary>
    public static IReadOnlyList<NodeProto> Between(GraphIndex index, string from, string to)
    {
        var seen = new HashSet<string> { from };
        var outputs = new HashSet<string>();
        var pending = new Stack<string>([to]);
        while (pending.TryPop(out var tensor))
        {
            if (!seen.Add(tensor) || index.Producer(tensor) is not { } node)
            {
                continue;
            }

            outputs.Add(tensor);
            foreach (var name in index.DataInputs(node))
            {
                pending.Push(name);
            }
        }

        return [.. index.Graph.Node.Where(node => node.Output.Any(outputs.Contains))];
    }
}
