using Google.Protobuf;
using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Tests;

/// <summary>Builds small ONNX models for tests; -1 is a free dimension.</summary>
internal sealed class GraphBuilder
{
    private readonly ModelProto _model = new()
    {
        IrVersion = 8,
        ProducerName = "tests",
        Graph = new GraphProto { Name = "g" },
    };

    public GraphBuilder(long operatorSet = 17) =>
        _model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = operatorSet });

    public GraphProto Graph => _model.Graph;

    public ModelProto Model => _model;

    public GraphBuilder Input(string name, params long[] shape)
    {
        Graph.Input.Add(GraphEdits.FloatInfo(name, shape));
        return this;
    }

    public GraphBuilder Output(string name, params long[] shape)
    {
        Graph.Output.Add(GraphEdits.FloatInfo(name, shape));
        return this;
    }

    public GraphBuilder Floats(string name, long[] shape, params float[] values)
    {
        Graph.Initializer.Add(TensorData.FromFloats(name, values, shape));
        return this;
    }

    /// <summary>Weights drawn from a seed.</summary>
    public GraphBuilder Random(string name, int seed, params long[] shape)
    {
        var count = (int)shape.Aggregate(1L, (product, length) => product * length);
        return Floats(name, shape, TestRows.Normal(count, seed));
    }

    public GraphBuilder Integers(string name, params long[] values)
    {
        Graph.Initializer.Add(TensorData.FromIntegers(name, values));
        return this;
    }

    public GraphBuilder Node(string op, string inputs, string outputs, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = op, Name = $"n{Graph.Node.Count}" };
        node.Input.Add(inputs.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        node.Output.Add(outputs.Split(' '));
        foreach (var (name, value) in attributes)
        {
            if (value is long[] many)
            {
                node.Set(name, many);
            }
            else
            {
                node.Set(name, Convert.ToInt64(value, null));
            }
        }

        Graph.Node.Add(node);
        return this;
    }

    /// <summary>Declares another tensor as the output, of a type nobody says.</summary>
    public GraphBuilder Rename(string output)
    {
        GraphEdits.Replace(Graph.Output, [new ValueInfoProto { Name = output }]);
        return this;
    }

    public byte[] Bytes() => _model.ToByteArray();

    public NetworkModel Load() => NetworkModel.Load(Bytes(), "built");
}
