using Google.Protobuf;
using KoopmanMesh.Networks.Batches;
using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Surgery;

/// <summary>
/// Edits of a network's graph. Each leaves the model it is given as it is and keeps the operator sets and the file
/// version, so the result opens wherever the original does.
/// </summary>
public static class GraphSurgery
{
    /// <summary>The network with more of its tensors as outputs, as an ONNX file.</summary>
    /// <param name="model">The network.</param>
    /// <param name="tensors">
    /// Names of tensors that its graph writes; the network's own output may be among them.
    /// </param>
    public static byte[] WithProbes(NetworkModel model, IEnumerable<string> tensors)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tensors);
        var probed = model.Plan.Model.Clone();
        foreach (var name in tensors.Distinct().Where(name => name != model.Output.Name))
        {
            if (model.Index.Producer(name) is null)
            {
                throw new ArgumentException($"'{model.Name}' has no operator that writes a tensor '{name}'.",
                    nameof(tensors));
            }

            var layout = model.Cuts.FirstOrDefault(layout => layout.Name == name);
            probed.Graph.Output.Add(layout is null ? new ValueInfoProto { Name = name } : Info(layout));
        }

        return probed.ToByteArray();
    }

    /// <summary>
    /// The part of a network between two cuts, as a network of its own that takes batches the same way.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="fromTensor">Name of the cut that becomes the input.</param>
    /// <param name="toTensor">Name of a later cut, which becomes the output.</param>
    public static NetworkModel Extract(NetworkModel model, string fromTensor, string toTensor)
    {
        ArgumentNullException.ThrowIfNull(model);
        var (from, to) = (Position(model, fromTensor), Position(model, toTensor));
        if (from >= to)
        {
            throw new ArgumentException(
                $"'{fromTensor}' must come before '{toTensor}' in '{model.Name}'.", nameof(toTensor));
        }

        // Unhooking the producer of the new input leaves everything before it out of reach of the new output.
        var part = model.Plan.Model.Clone();
        if (part.Graph.Node.FirstOrDefault(node => node.Output.Contains(fromTensor)) is { } producer)
        {
            part.Graph.Node.Remove(producer);
        }

        GraphEdits.Prune(part.Graph, [toTensor]);
        GraphEdits.Replace(part.Graph.Input, [Info(model.Cuts[from])]);
        GraphEdits.Replace(part.Graph.Output, [Info(model.Cuts[to])]);
        IReadOnlyList<TensorLayout> cuts = [.. model.Cuts.Skip(from).Take(to - from + 1)];
        return With(model, $"{model.Name}[{fromTensor}..{toTensor}]", part, cuts);
    }

    /// <summary>
    /// The network with its batch axis closed at one row, as tools want it that count every input of the file.
    /// </summary>
    public static NetworkModel ForOneRow(NetworkModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var part = model.Plan.Model.Clone();
        IReadOnlyList<TensorLayout> cuts = [.. model.Cuts.Select(cut => cut with { Batched = false })];
        GraphEdits.Replace(part.Graph.Input, [Info(cuts[0])]);
        GraphEdits.Replace(part.Graph.Output, [Info(cuts[^1])]);
        part.Graph.ValueInfo.Clear();
        var closed = With(model, model.Name, part, cuts);
        return new NetworkModel(closed.Name, closed.Plan with { Mode = Batching.RowByRow }, model.Repairs);
    }

    /// <summary>The network with a residual component's branch left out: what remains is its shortcut.</summary>
    public static NetworkModel SkipBranch(NetworkModel model, Component component)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(component);
        if (component.Join is not { } join)
        {
            throw new ArgumentException($"'{component.Name}' is not on a residual branch.", nameof(component));
        }

        var graph = model.Plan.Model.Clone();
        var sum = graph.Graph.Node.First(node => node.Name == join.Node);
        sum.OpType = "Identity";
        GraphEdits.Replace(sum.Input, [join.Skip]);
        GraphEdits.Prune(graph.Graph, [model.Output.Name]);
        return With(
            model, $"{model.Name} without the branch of {component.Name}", graph,
            Outside(model, component.InputTensor, component.OutputTensor));
    }

    /// <summary>The network with a component's output multiplied by zero.</summary>
    public static NetworkModel Zero(NetworkModel model, Component component)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(component);
        var edit = new GraphEdit(model, component.Name, component.OutputTensor);
        edit.Finish(edit.Add("Mul", edit.Original, edit.Constant("zero", [0.0])));
        return edit.Result("zeroed", component.InputTensor);
    }

    internal static NetworkModel With(
        NetworkModel model, string name, ModelProto graph, IReadOnlyList<TensorLayout> cuts) =>
        new(name, model.Plan with { Model = graph, Input = cuts[0], Output = cuts[^1], Cuts = cuts }, model.Repairs);

    /// <summary>The cuts that an edit between two of them leaves valid.</summary>
    internal static IReadOnlyList<TensorLayout> Outside(NetworkModel model, string fromTensor, string toTensor)
    {
        var (from, to) = (Position(model, fromTensor), Position(model, toTensor));
        return [.. model.Cuts.Take(from + 1), .. model.Cuts.Skip(to)];
    }

    private static ValueInfoProto Info(TensorLayout layout) =>
        GraphEdits.FloatInfo(layout.Name, layout.ReshapeTarget());

    private static int Position(NetworkModel model, string tensor)
    {
        var layout = model.Cut(tensor);
        return model.Cuts.TakeWhile(cut => cut != layout).Count();
    }
}
