using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Loading;

/// <summary>
/// Brings what exporters leave behind into one form: named nodes in execution order, constants as initializers and
/// nowhere else. Each change is one sentence in <see cref="Notes"/>.
/// </summary>
internal sealed class GraphRepair(ModelProto model, string name)
{
    private readonly GraphProto _graph = model.Graph;

    public List<string> Notes { get; } = [];

    public void Run()
    {
        NameNodes();
        UnlistInitializers();
        Sort();
        LiftConstantNodes();
    }

    /// <summary>"1 node", "2 nodes".</summary>
    internal static string Count(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";

    private void NameNodes()
    {
        if (_graph.Name.Length == 0)
        {
            _graph.Name = "network";
            Notes.Add("The graph had no name; it is called 'network'.");
        }

        var taken = _graph.Node.Select(node => node.Name).ToHashSet();
        var unnamed = 0;
        for (var i = 0; i < _graph.Node.Count; i++)
        {
            var node = _graph.Node[i];
            if (node.Name.Length > 0)
            {
                continue;
            }

            unnamed++;
            node.Name = $"{node.OpType}_{i}";
            while (!taken.Add(node.Name))
            {
                node.Name += "_";
            }
        }

        if (unnamed > 0)
        {
            Notes.Add($"{unnamed} of {Count(_graph.Node.Count, "node")} had no name, now named by operator and "
                + "position.");
        }
    }

    private void UnlistInitializers()
    {
        var constants = _graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        var inputs = _graph.Input.Where(info => !constants.Contains(info.Name)).ToList();
        if (inputs.Count < _graph.Input.Count)
        {
            Notes.Add("Treated as constants, not inputs: "
                + $"{Count(_graph.Input.Count - inputs.Count, "listed initializer")}.");
            GraphEdits.Replace(_graph.Input, inputs);
        }

        if (model.IrVersion < 4)
        {
            Notes.Add($"IR version {model.IrVersion} wants constants listed as inputs; the version was raised to 4.");
            model.IrVersion = 4;
        }
    }

    private void LiftConstantNodes()
    {
        var kept = new List<NodeProto>();
        foreach (var node in _graph.Node)
        {
            if (node.OpType == "Constant" && node.Output.Count == 1 && ConstantValue(node) is { } tensor)
            {
                TensorData.Validate(tensor, name);
                tensor.Name = node.Output[0];
                _graph.Initializer.Add(tensor);
            }
            else
            {
                kept.Add(node);
            }
        }

        if (kept.Count < _graph.Node.Count)
        {
            Notes.Add($"Turned into initializers: {Count(_graph.Node.Count - kept.Count, "Constant node")}.");
            GraphEdits.Replace(_graph.Node, kept);
        }
    }

    private static TensorProto? ConstantValue(NodeProto node)
    {
        if (node.Attribute.Count != 1)
        {
            return null;
        }

        var value = node.Attribute[0];
        return value.Name switch
        {
            "value" => value.T?.Clone(),
            "value_float" => TensorData.FromFloats("", [value.F]),
            "value_floats" => TensorData.FromFloats("", [.. value.Floats], value.Floats.Count),
            "value_int" => Scalar(value.I),
            "value_ints" => TensorData.FromIntegers("", [.. value.Ints]),
            _ => null,
        };
    }

    private static TensorProto Scalar(long value)
    {
        var tensor = TensorData.FromIntegers("", value);
        tensor.Dims.Clear();
        return tensor;
    }

    /// <summary>Kahn's algorithm, keeping the file's order wherever it is already valid.</summary>
    private void Sort()
    {
        var available = _graph.Input.Select(info => info.Name)
            .Concat(_graph.Initializer.Select(tensor => tensor.Name))
            .ToHashSet();
        var written = _graph.Node.SelectMany(node => node.Writes()).ToHashSet();
        var waiting = _graph.Node.ToList();
        var sorted = new List<NodeProto>(waiting.Count);
        while (waiting.Count > 0)
        {
            var later = new List<NodeProto>();
            foreach (var node in waiting)
            {
                if (node.Reads().All(available.Contains))
                {
                    sorted.Add(node);
                    available.UnionWith(node.Writes());
                }
                else
                {
                    later.Add(node);
                }
            }

            if (later.Count == waiting.Count)
            {
                throw Unsortable(later[0], available, written);
            }

            waiting = later;
        }

        if (!sorted.SequenceEqual(_graph.Node))
        {
            Notes.Add("The nodes were not in execution order; they were sorted.");
            GraphEdits.Replace(_graph.Node, sorted);
        }
    }

    private ModelFormatException Unsortable(NodeProto node, HashSet<string> available, HashSet<string> written)
    {
        var missing = node.Reads().First(tensor => !available.Contains(tensor));
        return new ModelFormatException(written.Contains(missing)
            ? $"The nodes of '{name}' wait for each other in a circle, at node '{node.Name}' ({node.OpType})."
            : $"Node '{node.Name}' ({node.OpType}) of '{name}' reads the tensor '{missing}', which nothing writes.");
    }
}
