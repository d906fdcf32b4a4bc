using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Surgery;

/// <summary>
/// Grows new nodes where a component's output is written, and lets the last of them write it instead.
/// </summary>
internal sealed class GraphEdit
{
    private readonly NetworkModel _model;
    private readonly Component _component;
    private readonly ModelProto _copy;
    private int _position;

    public GraphEdit(NetworkModel model, Component component)
    {
        (_model, _component, _copy) = (model, component, model.Plan.Model.Clone());
        var producer = _copy.Graph.Node.FirstOrDefault(node => node.Output.Contains(component.OutputTensor))
            ?? throw new ArgumentException($"'{component.Name}' is not a component of '{model.Name}'.",
                nameof(component));
        _position = _copy.Graph.Node.IndexOf(producer) + 1;
        Original = GraphEdits.FreshName(_copy.Graph, $"{component.OutputTensor}_original");
        producer.Output[producer.Output.IndexOf(component.OutputTensor)] = Original;
    }

    /// <summary>What the component itself writes, under its new name.</summary>
    public string Original { get; }

    /// <summary>A node with one output.</summary>
    /// <returns>The output's name.</returns>
    public string Add(string op, params ReadOnlySpan<string> inputs)
    {
        var name = GraphEdits.FreshName(_copy.Graph, $"{_component.Name}_{op}");
        var node = new NodeProto { Name = name, OpType = op };
        foreach (var input in inputs)
        {
            node.Input.Add(input);
        }

        node.Output.Add($"{name}_output");
        _copy.Graph.Node.Insert(_position++, node);
        return node.Output[0];
    }

    /// <summary>A float32 constant.</summary>
    /// <returns>Its name.</returns>
    public string Constant(string stem, ReadOnlySpan<double> values, params ReadOnlySpan<long> dimensions)
    {
        var name = GraphEdits.FreshName(_copy.Graph, $"{_component.Name}_{stem}");
        var narrow = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            narrow[i] = (float)values[i];
        }

        _copy.Graph.Initializer.Add(TensorData.FromFloats(name, narrow, dimensions));
        return name;
    }

    /// <summary>A Reshape, where the tensor doesn't have that shape already.</summary>
    public string Reshape(string tensor, TensorLayout layout, long[] target)
    {
        if (Opened(layout.ReshapeTarget()).SequenceEqual(Opened(target)))
        {
            return tensor;
        }

        var name = GraphEdits.FreshName(_copy.Graph, $"{_component.Name}_shape");
        _copy.Graph.Initializer.Add(TensorData.FromIntegers(name, target));
        return Add("Reshape", tensor, name);
    }

    /// <summary>Lets the node that writes this tensor write the component's output.</summary>
    public void Finish(string tensor)
    {
        var node = _copy.Graph.Node.First(node => node.Output.Contains(tensor));
        node.Output[node.Output.IndexOf(tensor)] = _component.OutputTensor;
        GraphEdits.Prune(_copy.Graph, [_model.Output.Name]);
    }

    public NetworkModel Result(string what) => GraphSurgery.With(
        _model, $"{_model.Name} with {_component.Name} {what}", _copy, GraphSurgery.Outside(_model, _component));

    /// <summary>A leading 1 means the same as a leading -1 where there is one row.</summary>
    private static IEnumerable<long> Opened(long[] target) => target is [1, ..] ? target.Skip(1).Prepend(-1) : target;
}
