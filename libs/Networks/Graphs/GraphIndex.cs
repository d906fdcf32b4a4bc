using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Graphs;

/// <summary>
/// Who writes and who reads each tensor of a sorted graph, and which tensors carry data: those that depend on the
/// input, as opposed to constants.
/// </summary>
internal sealed class GraphIndex
{
    private readonly Dictionary<string, NodeProto> _producers = [];
    private readonly Dictionary<string, List<NodeProto>> _readers = [];
    private readonly Dictionary<string, TensorProto> _constants;
    private readonly HashSet<string> _data;

    public GraphIndex(GraphProto graph, string input)
    {
        Graph = graph;
        Input = input;
        _constants = graph.Initializer.ToDictionary(tensor => tensor.Name);
        _data = [input];
        foreach (var node in graph.Node)
        {
            var carriesData = false;
            foreach (var name in node.Reads())
            {
                carriesData |= _data.Contains(name);
                (_readers.TryGetValue(name, out var readers) ? readers : _readers[name] = []).Add(node);
            }

            foreach (var name in node.Writes())
            {
                _producers[name] = node;
                if (carriesData)
                {
                    _data.Add(name);
                }
            }
        }
    }

    public GraphProto Graph { get; }

    public string Input { get; }

    public bool IsData(string tensor) => _data.Contains(tensor);

    public NodeProto? Producer(string tensor) => _producers.GetValueOrDefault(tensor);

    public IReadOnlyList<NodeProto> Readers(string tensor) =>
        _readers.TryGetValue(tensor, out var readers) ? readers : [];

    public TensorProto? Constant(string tensor) => _constants.GetValueOrDefault(tensor);

    /// <summary>The data tensors a node reads, each once.</summary>
    public IEnumerable<string> DataInputs(NodeProto node) => node.Reads().Where(IsData);

    /// <summary>
    /// The tensors, input and output included, through which every path from the input to <paramref name="output"/>
    /// goes, in order. A sweep finds them: after a node, the one tensor that is still to be read dominates all that
    /// follows.
    /// </summary>
    public IReadOnlyList<string> Dominators(string output)
    {
        var unread = new Dictionary<string, int> { [Input] = PendingReads(Input, output) };
        var result = new List<string> { Input };
        foreach (var node in Graph.Node)
        {
            foreach (var name in DataInputs(node))
            {
                if (--unread[name] == 0)
                {
                    unread.Remove(name);
                }
            }

            foreach (var name in node.Writes().Where(IsData))
            {
                var pending = PendingReads(name, output);
                if (pending > 0)
                {
                    unread[name] = pending;
                }
            }

            if (unread.Count == 1 && unread.Keys.First() is var only && only != result[^1])
            {
                result.Add(only);
            }
        }

        return result;
    }

    private int PendingReads(string tensor, string output) => Readers(tensor).Count + (tensor == output ? 1 : 0);
}
