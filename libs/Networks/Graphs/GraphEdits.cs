using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Graphs;

/// <summary>Small edits that several passes share.</summary>
internal static class GraphEdits
{
    /// <summary>
    /// Removes the nodes that don't reach the given tensors, and the constants and shape hints nobody uses any more.
    /// </summary>
    /// <returns>Number of nodes removed.</returns>
    public static int Prune(GraphProto graph, IEnumerable<string> wanted)
    {
        var needed = wanted.ToHashSet();
        var kept = new List<NodeProto>();
        for (var i = graph.Node.Count - 1; i >= 0; i--)
        {
            var node = graph.Node[i];
            if (node.Writes().Any(needed.Contains))
            {
                kept.Add(node);
                needed.UnionWith(node.Reads());
            }
        }

        var removed = graph.Node.Count - kept.Count;
        kept.Reverse();
        Replace(graph.Node, kept);
        Replace(graph.Initializer, [.. graph.Initializer.Where(tensor => needed.Contains(tensor.Name))]);
        var written = graph.Node.SelectMany(node => node.Output).ToHashSet();
        Replace(graph.ValueInfo, [.. graph.ValueInfo.Where(info => written.Contains(info.Name))]);
        return removed;
    }

    public static void Replace<T>(Google.Protobuf.Collections.RepeatedField<T> field, IReadOnlyCollection<T> values)
    {
        field.Clear();
        field.AddRange(values);
    }

    /// <summary>A name for a new tensor or node that nothing in the graph uses yet.</summary>
    public static string FreshName(GraphProto graph, string stem)
    {
        var taken = graph.Node.SelectMany(node => node.Input.Concat(node.Output).Append(node.Name))
            .Concat(graph.Initializer.Select(tensor => tensor.Name))
            .Concat(graph.Input.Select(info => info.Name))
            .ToHashSet();
        var name = stem;
        for (var i = 2; taken.Contains(name); i++)
        {
            name = $"{stem}_{i}";
        }

        return name;
    }

    /// <summary>Makes every reader of a tensor read another one instead.</summary>
    public static void Redirect(GraphProto graph, string from, string to)
    {
        foreach (var node in graph.Node)
        {
            for (var i = 0; i < node.Input.Count; i++)
            {
                if (node.Input[i] == from)
                {
                    node.Input[i] = to;
                }
            }
        }
    }

    /// <summary>
    /// A float32 tensor of the given dimensions; -1 is a free one, named "batch" when it comes first.
    /// </summary>
    public static ValueInfoProto FloatInfo(string name, IReadOnlyList<long> dimensions)
    {
        var shape = new TensorShapeProto();
        for (var i = 0; i < dimensions.Count; i++)
        {
            shape.Dim.Add((dimensions[i], i) switch
            {
                (-1, 0) => new TensorShapeProto.Types.Dimension { DimParam = "batch" },
                (-1, _) => new TensorShapeProto.Types.Dimension(),
                var (length, _) => new TensorShapeProto.Types.Dimension { DimValue = length },
            });
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor
                {
                    ElemType = (int)TensorProto.Types.DataType.Float,
                    Shape = shape,
                },
            },
        };
    }
}
