using KoopmanMesh.Networks.Onnx;
using AttributeType = KoopmanMesh.Networks.Onnx.AttributeProto.Types.AttributeType;

namespace KoopmanMesh.Networks.Graphs;

/// <summary>Reading and writing the attributes of a node by name.</summary>
internal static class NodeAttributes
{
    public static AttributeProto? Attribute(this NodeProto node, string name) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name);

    public static long Integer(this NodeProto node, string name, long missing) => node.Attribute(name)?.I ?? missing;

    public static float Number(this NodeProto node, string name, float missing) => node.Attribute(name)?.F ?? missing;

    public static long[]? Integers(this NodeProto node, string name) =>
        node.Attribute(name) is { } attribute ? [.. attribute.Ints] : null;

    public static void Set(this NodeProto node, string name, long value)
    {
        node.Remove(name);
        node.Attribute.Add(new AttributeProto { Name = name, Type = AttributeType.Int, I = value });
    }

    public static void Set(this NodeProto node, string name, IEnumerable<long> values)
    {
        node.Remove(name);
        node.Attribute.Add(new AttributeProto { Name = name, Type = AttributeType.Ints, Ints = { values } });
    }

    public static void Remove(this NodeProto node, string name)
    {
        if (node.Attribute(name) is { } attribute)
        {
            node.Attribute.Remove(attribute);
        }
    }

    public static IEnumerable<GraphProto> Subgraphs(this NodeProto node) => node.Attribute.SelectMany(
        attribute => attribute.G is null ? attribute.Graphs : attribute.Graphs.Prepend(attribute.G));

    /// <summary>
    /// The node's tensors, and those that its sub-graphs take from outside; left-out inputs are skipped.
    /// </summary>
    public static IEnumerable<string> Reads(this NodeProto node) =>
        node.Input.Where(name => name.Length > 0).Concat(node.Subgraphs().SelectMany(Captures)).Distinct();

    /// <summary>The tensors the node writes; left-out outputs are skipped.</summary>
    public static IEnumerable<string> Writes(this NodeProto node) => node.Output.Where(name => name.Length > 0);

    private static IEnumerable<string> Captures(GraphProto graph)
    {
        var own = graph.Input.Select(info => info.Name)
            .Concat(graph.Initializer.Select(tensor => tensor.Name))
            .Concat(graph.Node.SelectMany(node => node.Output))
            .ToHashSet();
        return graph.Node.SelectMany(Reads).Concat(graph.Output.Select(info => info.Name))
            .Where(name => !own.Contains(name));
    }
}
