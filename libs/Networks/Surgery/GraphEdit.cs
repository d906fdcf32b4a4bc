using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Networks.Surgery;

/// <summary>
/// Grows new nodes where a cut is written, and lets the last of them write it instead; what then reaches nothing is
/// pruned. New names begin with a stem and are unique in the graph.
/// </summary>
internal sealed class GraphEdit
{
    private readonly NetworkModel _model;
    private readonly string _stem;
    private readonly string _target;
    private readonly ModelProto _copy;
    private int _position;

    public GraphEdit(NetworkModel model, string stem, string target)
    {
        (_model, _stem, _target, _copy) = (model, stem, model.Cut(target).Name, model.Plan.Model.Clone());
        var producer = _copy.Graph.Node.First(node => node.Output.Contains(target));
        _position = _copy.Graph.Node.IndexOf(producer) + 1;
        Original = GraphEdits.FreshName(_copy.Graph, $"{target}_original");
        producer.Output[producer.Output.IndexOf(target)] = Original;
    }

    /// <summary>What the network itself writes there, under its new name.</summary>
    public string Original { get; }

    /// <summary>A node with one output.</summary>
    /// <returns>The output's name.</returns>
    public string Add(string op, params ReadOnlySpan<string> inputs)
    {
        var name = GraphEdits.FreshName(_copy.Graph, $"{_stem}_{op}");
        var node = new NodeProto { Name = name, OpType = op };
        foreach (var input in inputs)
        {
            node.Input.Add(input);
        }

        node.Output.Add(GraphEdits.FreshName(_copy.Graph, $"{name}_output"));
        _copy.Graph.Node.Insert(_position++, node);
        return node.Output[0];
    }

    /// <summary>A float32 constant.</summary>
    /// <returns>Its name.</returns>
    /// <exception cref="SurgeryException">A number is beyond float32.</exception>
    public string Constant(string stem, ReadOnlySpan<double> values, params ReadOnlySpan<long> dimensions)
    {
        var name = GraphEdits.FreshName(_copy.Graph, $"{_stem}_{stem}");
        var narrow = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            narrow[i] = (float)values[i];
            if (!float.IsFinite(narrow[i]))
            {
                throw new SurgeryException(FormattableString.Invariant(
                    $"'{_stem}' needs the constant {values[i]:R}, and networks hold float32, at most 3.4e38."));
            }
        }

        _copy.Graph.Initializer.Add(TensorData.FromFloats(name, narrow, dimensions));
        return name;
    }

    /// <summary>W of each row, for W out × in: column-major, so row-major in × out, as MatMul takes it.</summary>
    public string Product(string rows, Matrix weights) =>
        Add("MatMul", rows, Constant("weight", weights.AsSpan(), weights.Columns, weights.Rows));

    /// <summary>W x + b of each row.</summary>
    public string Affine(string rows, Matrix weights, ReadOnlySpan<double> bias) => Add(
        "Gemm", rows, Constant("weight", weights.AsSpan(), weights.Columns, weights.Rows),
        Constant("bias", bias, bias.Length));

    /// <summary>Some columns of each row, repeated and in any order.</summary>
    public string Gather(string rows, ReadOnlySpan<long> columns)
    {
        var name = GraphEdits.FreshName(_copy.Graph, $"{_stem}_columns");
        _copy.Graph.Initializer.Add(TensorData.FromIntegers(name, columns));
        var gathered = Add("Gather", rows, name);
        _copy.Graph.Node[_position - 1].Set("axis", 1);
        return gathered;
    }

    /// <summary>A Reshape, where the tensor doesn't have that shape already.</summary>
    public string Reshape(string tensor, TensorLayout layout, long[] target)
    {
        if (Opened(layout.ReshapeTarget()).SequenceEqual(Opened(target)))
        {
            return tensor;
        }

        var name = GraphEdits.FreshName(_copy.Graph, $"{_stem}_shape");
        _copy.Graph.Initializer.Add(TensorData.FromIntegers(name, target));
        return Add("Reshape", tensor, name);
    }

    /// <summary>Lets the node that writes this tensor write the cut.</summary>
    public void Finish(string tensor)
    {
        var node = _copy.Graph.Node.First(node => node.Output.Contains(tensor));
        node.Output[node.Output.IndexOf(tensor)] = _target;
        GraphEdits.Prune(_copy.Graph, [_model.Output.Name]);
    }

    /// <summary>The edited network; cuts between <paramref name="from"/> and the target are gone.</summary>
    public NetworkModel Result(string what, string from) => GraphSurgery.With(
        _model, $"{_model.Name} with {_stem} {what}", _copy, GraphSurgery.Outside(_model, from, _target));

    /// <summary>A leading 1 means the same as a leading -1 where there is one row.</summary>
    private static IEnumerable<long> Opened(long[] target) => target is [1, ..] ? target.Skip(1).Prepend(-1) : target;
}
