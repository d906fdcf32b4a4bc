using Google.Protobuf;
using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Export;

/// <summary>Writes networks that were trained here as ONNX files.</summary>
public static class OnnxExport
{
    private const int OperatorSet = 17;
    private const int IrVersion = 8;

    /// <summary>
    /// A chain of dense layers with a free batch axis: input "input", output "output", weights in float32.
    /// </summary>
    /// <param name="layers">The layers in order; each takes as many values as the one before it gives.</param>
    /// <param name="name">The graph's name.</param>
    public static byte[] Dense(IReadOnlyList<DenseLayer> layers, string name)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (layers.Count == 0)
        {
            throw new ArgumentException("a network needs at least one layer, got none", nameof(layers));
        }

        var graph = new GraphProto { Name = name };
        graph.Input.Add(GraphEdits.FloatInfo("input", [-1, layers[0].Weights.Columns]));
        graph.Output.Add(GraphEdits.FloatInfo("output", [-1, layers[^1].Weights.Rows]));
        var tensor = "input";
        for (var i = 0; i < layers.Count; i++)
        {
            Check(layers, i);
            tensor = Add(graph, layers[i], i + 1, tensor, last: i == layers.Count - 1);
        }

        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "KoopmanMesh", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OperatorSet });
        return model.ToByteArray();
    }

    private static void Check(IReadOnlyList<DenseLayer> layers, int i)
    {
        var layer = layers[i];
        var expected = i == 0 ? layer.Weights.Columns : layers[i - 1].Weights.Rows;
        if (layer.Weights.Columns != expected || layer.Bias.Length != layer.Weights.Rows)
        {
            throw new ArgumentException(
                $"layer {i + 1} has weights {layer.Weights.Rows} x {layer.Weights.Columns} "
                + $"and a bias of {layer.Bias.Length}; "
                + $"{expected} columns and a bias of {layer.Weights.Rows} were expected", nameof(layers));
        }
    }

    private static string Add(GraphProto graph, DenseLayer layer, int number, string input, bool last)
    {
        var (weights, bias) = ($"dense_{number}.weight", $"dense_{number}.bias");
        var (rows, columns) = (layer.Weights.Rows, layer.Weights.Columns);
        // Column-major out × in is row-major in × out: no transpose is needed.
        graph.Initializer.Add(TensorData.FromFloats(weights, Narrow(layer.Weights.AsSpan()), columns, rows));
        graph.Initializer.Add(TensorData.FromFloats(bias, Narrow(layer.Bias.Span), rows));
        var affine = layer.Activation == DenseActivation.None && last ? "output" : $"dense_{number}";
        Node(graph, "Gemm", $"dense_{number}", affine, input, weights, bias);
        if (layer.Activation == DenseActivation.None)
        {
            return affine;
        }

        var active = last ? "output" : $"activation_{number}";
        Node(graph, layer.Activation.ToString(), $"activation_{number}", active, affine);
        return active;
    }

    private static void Node(
        GraphProto graph, string op, string name, string output, params ReadOnlySpan<string> inputs)
    {
        var node = new NodeProto { OpType = op, Name = name };
        foreach (var input in inputs)
        {
            node.Input.Add(input);
        }

        node.Output.Add(output);
        graph.Node.Add(node);
    }

    private static float[] Narrow(ReadOnlySpan<double> values)
    {
        var result = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            result[i] = (float)values[i];
        }

        return result;
    }
}
