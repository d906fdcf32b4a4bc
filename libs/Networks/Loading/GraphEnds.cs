using Google.Protobuf.Collections;
using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;
using DataType = KoopmanMesh.Networks.Onnx.TensorProto.Types.DataType;

namespace KoopmanMesh.Networks.Loading;

/// <summary>
/// Finds the one data input and the one data output, drops what doesn't lead from one to the other, and makes both
/// float32.
/// </summary>
internal sealed class GraphEnds(ModelProto model, string name, List<string> notes)
{
    private readonly GraphProto _graph = model.Graph;

    /// <summary>The data input's name.</summary>
    public string Input { get; private set; } = "";

    /// <summary>The data output's name.</summary>
    public string Output { get; private set; } = "";

    public void Run()
    {
        ChooseEnds();
        Output = _graph.Output[0].Name;
        Input = _graph.Input[0].Name;
        var removed = GraphEdits.Prune(_graph, [Output]);
        if (removed > 0)
        {
            notes.Add($"Dropped, since the output '{Output}' does not need it: {GraphRepair.Count(removed, "node")}.");
        }

        if (!new GraphIndex(_graph, Input).IsData(Output))
        {
            throw new UnsupportedModelException(
                $"The output '{Output}' of '{name}' does not depend on its input '{Input}'.");
        }

        RefuseTrainingMode();
        CastInput();
        CastOutput();
    }

    private void ChooseEnds()
    {
        if (_graph.Input.Count == 0 || _graph.Output.Count == 0)
        {
            throw new ModelFormatException(
                $"'{name}' has {_graph.Input.Count} inputs and {_graph.Output.Count} outputs; one of each was "
                + "expected.");
        }

        DropUselessOutputs();
        if (_graph.Input.Count > 1 || _graph.Output.Count > 1)
        {
            throw new UnsupportedModelException(
                $"'{name}' has {Listing("input", _graph.Input)} and {Listing("output", _graph.Output)}; "
                + "networks with one of each are supported.");
        }

        RequireTensor(_graph.Input[0], "input");
        RequireTensor(_graph.Output[0], "output");
    }

    private static string Listing(string what, RepeatedField<ValueInfoProto> ends) =>
        $"{GraphRepair.Count(ends.Count, what)} ({string.Join(", ", ends.Select(info => $"'{info.Name}'"))})";

    /// <summary>
    /// Exporters leave interior tensors listed as outputs, without a type; the first output is the network's.
    /// </summary>
    private void DropUselessOutputs()
    {
        var written = _graph.Node.SelectMany(node => node.Writes()).ToHashSet();
        for (var i = _graph.Output.Count - 1; i >= 1; i--)
        {
            var info = _graph.Output[i];
            if (info.Type is null || info.Type.ValueCase == TypeProto.ValueOneofCase.None
                || !written.Contains(info.Name))
            {
                notes.Add($"The extra output '{info.Name}' has no type or no source and was dropped.");
                _graph.Output.RemoveAt(i);
            }
        }
    }

    private void RequireTensor(ValueInfoProto info, string end)
    {
        var kind = info.Type?.ValueCase ?? TypeProto.ValueOneofCase.None;
        RequirePossibleShape(info, end);
        if (kind == TypeProto.ValueOneofCase.TensorType || (end == "output" && kind == TypeProto.ValueOneofCase.None))
        {
            return;
        }

        var article = kind switch
        {
            TypeProto.ValueOneofCase.SequenceType => "a sequence",
            TypeProto.ValueOneofCase.MapType => "a map",
            TypeProto.ValueOneofCase.OptionalType => "an optional value",
            TypeProto.ValueOneofCase.SparseTensorType => "a sparse tensor",
            _ => "of no known type",
        };
        throw new UnsupportedModelException(
            $"The {end} '{info.Name}' of '{name}' is {article}; dense tensors are supported.");
    }

    private void RequirePossibleShape(ValueInfoProto info, string end)
    {
        var lengths = info.Type?.TensorType?.Shape?.Dim.Select(dim => dim.DimValue).ToList() ?? [];
        if (lengths.Any(length => length is < -1 or > int.MaxValue))
        {
            throw new ModelFormatException(
                $"The {end} '{info.Name}' of '{name}' has the impossible shape [{string.Join(", ", lengths)}].");
        }
    }

    private void RefuseTrainingMode()
    {
        foreach (var node in _graph.Node)
        {
            var training = node.OpType switch
            {
                "Dropout" => node.Input.Count > 2
                    && _graph.Initializer.FirstOrDefault(tensor => tensor.Name == node.Input[2]) is { } mode
                    && TensorData.Integers(mode) is [not 0],
                "BatchNormalization" => node.Integer("training_mode", 0) != 0,
                _ => false,
            };
            if (training)
            {
                throw new UnsupportedModelException(
                    $"Node '{node.Name}' ({node.OpType}) of '{name}' is in training mode; export the network for "
                    + "inference.");
            }
        }
    }

    /// <summary>
    /// Rows arrive as float32: another numeric input type gets a Cast behind a float32 input of the same name.
    /// </summary>
    private void CastInput()
    {
        var type = _graph.Input[0].Type.TensorType;
        var element = (DataType)type.ElemType;
        if (element == DataType.Float)
        {
            return;
        }

        if (element is DataType.Undefined or DataType.String or DataType.Complex64 or DataType.Complex128 or DataType.Bool)
        {
            throw new UnsupportedModelException(
                $"The input '{Input}' of '{name}' holds {element} values; numbers are supported.");
        }

        var cast = GraphEdits.FreshName(_graph, $"{Input}_{element}");
        GraphEdits.Redirect(_graph, Input, cast);
        var node = new NodeProto { Name = GraphEdits.FreshName(_graph, "Cast_input"), OpType = "Cast" };
        node.Input.Add(Input);
        node.Output.Add(cast);
        node.Set("to", type.ElemType);
        _graph.Node.Insert(0, node);
        type.ElemType = (int)DataType.Float;
        notes.Add($"The input '{Input}' holds {element} values; float32 rows are cast to them.");
    }

    /// <summary>Results leave as float32: other floating-point types are cast, under a name of their own.</summary>
    private void CastOutput()
    {
        var element = (DataType)(_graph.Output[0].Type?.TensorType?.ElemType ?? (int)DataType.Undefined);
        if (element is not (DataType.Double or DataType.Float16 or DataType.Bfloat16))
        {
            return;
        }

        var cast = GraphEdits.FreshName(_graph, $"{Output}_float");
        var node = new NodeProto { Name = GraphEdits.FreshName(_graph, "Cast_output"), OpType = "Cast" };
        node.Input.Add(Output);
        node.Output.Add(cast);
        node.Set("to", (long)DataType.Float);
        _graph.Node.Add(node);
        _graph.Output[0] = new ValueInfoProto { Name = cast };
        notes.Add($"The output '{Output}' holds {element} values; it is cast to float32 as '{cast}'.");
        Output = cast;
    }
}
