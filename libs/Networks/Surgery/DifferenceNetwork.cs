using System.Security.Cryptography;
using Google.Protobuf;
using KoopmanMesh.Networks.Batches;
using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Networks.Surgery;

/// <summary>
/// Original and hybrid as one network of one input, x ↦ f(x) - h(x): what a verifier is asked to bound. Whatever the
/// two compute alike, the part before the first replaced region most of all, is there once, so that a verifier sees
/// that it cancels.
/// </summary>
public static class DifferenceNetwork
{
    private const string Prefix = "hybrid_";
    private const string OutputName = "difference";

    // -I of so many outputs takes 64 MiB.
    private const int MostNegated = 4096;

    /// <summary>The network of differences, output "difference", one row [1, p] each.</summary>
    /// <param name="original">f; left as it is.</param>
    /// <param name="hybrid">h.</param>
    /// <param name="profile">
    /// Sub under <see cref="OperatorProfile.Any"/>; under <see cref="OperatorProfile.Verifier"/> -h by MatMul, then
    /// Add, which costs p^2 constants. Both round once.
    /// </param>
    /// <exception cref="SurgeryException">The two don't take the same rows to outputs of the same width.</exception>
    public static NetworkModel Of(NetworkModel original, NetworkModel hybrid, OperatorProfile profile)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(hybrid);
        Check(original, hybrid);
        if (profile == OperatorProfile.Verifier && original.Output.Width > MostNegated)
        {
            throw new SurgeryException(
                $"'{original.Name}' has {original.Output.Width} outputs; without Sub the difference of at most "
                + $"{MostNegated} can be written.");
        }

        var model = original.Plan.Model.Clone();
        var second = new Merge(model.Graph, hybrid).Run();
        var width = original.Output.Width;
        var f = Rows(model.Graph, original.Output.Name, original.Output);
        var h = Rows(model.Graph, second, hybrid.Output);
        var output = GraphEdits.FreshName(model.Graph, OutputName);
        if (profile == OperatorProfile.Verifier)
        {
            h = Negated(model.Graph, h, width);
        }

        Add(model.Graph, profile == OperatorProfile.Verifier ? "Add" : "Sub", output, f, h);
        var layout = new TensorLayout(output, [1, width], original.Output.Batched);
        GraphEdits.Replace(model.Graph.Output, [GraphEdits.FloatInfo(output, layout.ReshapeTarget())]);
        GraphEdits.Prune(model.Graph, [output]);
        var plan = original.Plan with { Model = model, Output = layout, Cuts = [original.Input, layout] };
        return new NetworkModel($"{original.Name} minus {hybrid.Name}", plan, original.Repairs);
    }

    private static void Check(NetworkModel original, NetworkModel hybrid)
    {
        if (!original.Input.OneRow.SequenceEqual(hybrid.Input.OneRow) || original.Input.Batched != hybrid.Input.Batched)
        {
            throw new SurgeryException(
                $"'{original.Name}' takes rows of {Shape(original.Input)} and '{hybrid.Name}' rows of "
                + $"{Shape(hybrid.Input)}; a difference needs the same.");
        }

        if (original.Output.Width != hybrid.Output.Width || original.Output.Batched != hybrid.Output.Batched)
        {
            throw new SurgeryException(
                $"'{original.Name}' has {original.Output.Width} outputs and '{hybrid.Name}' {hybrid.Output.Width}; a "
                + "difference needs as many.");
        }

        if (original.OperatorSet != hybrid.OperatorSet)
        {
            throw new SurgeryException(
                $"'{original.Name}' is of ONNX operator set {original.OperatorSet} and '{hybrid.Name}' of "
                + $"{hybrid.OperatorSet}; one network has one.");
        }
    }

    private static string Shape(TensorLayout layout) =>
        $"{string.Join(" x ", layout.OneRow)}{(layout.Batched ? "" : " one at a time")}";

    private static string Rows(GraphProto graph, string tensor, TensorLayout layout)
    {
        if (layout.OneRow is [1, _])
        {
            return tensor;
        }

        var shape = GraphEdits.FreshName(graph, $"{OutputName}_shape");
        graph.Initializer.Add(TensorData.FromIntegers(shape, layout.Batched ? -1 : 1, layout.Width));
        return Add(graph, "Reshape", GraphEdits.FreshName(graph, $"{OutputName}_rows"), tensor, shape);
    }

    private static string Negated(GraphProto graph, string tensor, int width)
    {
        var minus = new float[checked(width * width)];
        for (var i = 0; i < width; i++)
        {
            minus[(i * width) + i] = -1;
        }

        var name = GraphEdits.FreshName(graph, $"{OutputName}_minus");
        graph.Initializer.Add(TensorData.FromFloats(name, minus, width, width));
        return Add(graph, "MatMul", GraphEdits.FreshName(graph, $"{OutputName}_negated"), tensor, name);
    }

    private static string Add(GraphProto graph, string op, string output, params ReadOnlySpan<string> inputs)
    {
        var node = new NodeProto { Name = GraphEdits.FreshName(graph, $"{OutputName}_{op}"), OpType = op };
        foreach (var input in inputs)
        {
            node.Input.Add(input);
        }

        node.Output.Add(output);
        graph.Node.Add(node);
        return output;
    }

    /// <summary>
    /// Takes the nodes of a second graph into a first, in order: a constant that is there already, or a node that does
    /// the same to the same tensors, stands for both; the others come in under names of their own.
    /// </summary>
    private sealed class Merge
    {
        private readonly GraphProto _graph;
        private readonly NetworkModel _second;
        private readonly HashSet<string> _taken;
        private readonly Dictionary<string, string> _names = [];
        private readonly Dictionary<ByteString, string> _constants = [];
        private readonly Dictionary<ByteString, NodeProto> _nodes = [];

        public Merge(GraphProto graph, NetworkModel second)
        {
            (_graph, _second) = (graph, second);
            _taken = [.. graph.Node.SelectMany(node => node.Output.Concat(node.Input).Append(node.Name))];
            _taken.UnionWith(graph.Initializer.Select(tensor => tensor.Name));
            foreach (var tensor in graph.Initializer)
            {
                _constants.TryAdd(Key(tensor), tensor.Name);
            }

            foreach (var node in graph.Node)
            {
                _nodes.TryAdd(Key(node), node);
            }
        }

        /// <summary>Name of the second graph's output in the first.</summary>
        public string Run()
        {
            _names[_second.Input.Name] = _graph.Input[0].Name;
            foreach (var tensor in _second.Index.Graph.Initializer)
            {
                Take(tensor);
            }

            foreach (var node in _second.Index.Graph.Node)
            {
                Take(node);
            }

            return _names[_second.Output.Name];
        }

        private void Take(TensorProto tensor)
        {
            if (!_constants.TryGetValue(Key(tensor), out var name))
            {
                var copy = tensor.Clone();
                name = copy.Name = Fresh(tensor.Name);
                _graph.Initializer.Add(copy);
            }

            _names[tensor.Name] = name;
        }

        private void Take(NodeProto node)
        {
            var copy = node.Clone();
            for (var i = 0; i < copy.Input.Count; i++)
            {
                copy.Input[i] = _names.GetValueOrDefault(copy.Input[i], copy.Input[i]);
            }

            // What sub-graphs take from outside they name inside: such a node can't be renamed from here.
            if (copy.Subgraphs().Any())
            {
                throw new SurgeryException(
                    $"'{_second.Name}' holds a {node.OpType} with a graph of its own, which no difference takes in.");
            }

            if (_nodes.TryGetValue(Key(copy), out var same))
            {
                for (var i = 0; i < node.Output.Count; i++)
                {
                    _names[node.Output[i]] = same.Output[i];
                }

                return;
            }

            copy.Name = Fresh(node.Name);
            for (var i = 0; i < copy.Output.Count; i++)
            {
                copy.Output[i] = node.Output[i].Length == 0 ? "" : _names[node.Output[i]] = Fresh(node.Output[i]);
            }

            _graph.Node.Add(copy);
            _nodes.TryAdd(Key(copy), copy);
        }

        private string Fresh(string stem)
        {
            var name = $"{Prefix}{stem}";
            for (var i = 2; !_taken.Add(name); i++)
            {
                name = $"{Prefix}{stem}_{i}";
            }

            return name;
        }

        // A digest: the constants of a large network are not to be held twice.
        private static ByteString Key(TensorProto tensor)
        {
            var key = tensor.Clone();
            key.Name = "";
            return ByteString.CopyFrom(SHA256.HashData(key.ToByteArray()));
        }

        /// <summary>What a node does, whatever it is called: inputs, operator, attributes, and which outputs.</summary>
        private static ByteString Key(NodeProto node)
        {
            var key = node.Clone();
            key.Name = "";
            for (var i = 0; i < key.Output.Count; i++)
            {
                key.Output[i] = key.Output[i].Length == 0 ? "" : "y";
            }

            return key.ToByteString();
        }
    }
}
