using Google.Protobuf;
using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Loading;

/// <summary>
/// Bytes to a <see cref="ModelProto"/> that is complete and consistent enough for the passes that follow.
/// </summary>
internal static class ModelParser
{
    public static ModelProto Parse(ReadOnlyMemory<byte> bytes, string name)
    {
        if (bytes.IsEmpty)
        {
            throw new ModelFormatException($"'{name}' is empty; an ONNX model was expected.");
        }

        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(bytes.Span);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new ModelFormatException(
                $"'{name}' ({bytes.Length} bytes) is not an ONNX model, or is cut short: "
                + $"{FirstSentence(exception.Message)}", exception);
        }

        if (model.Graph is null)
        {
            throw new ModelFormatException($"'{name}' ({bytes.Length} bytes) is not an ONNX model: it holds no graph.");
        }

        CheckHeader(model, name);
        CheckGraph(model.Graph, name);
        return model;
    }

    private static void CheckHeader(ModelProto model, string name)
    {
        if (model.Graph.Node.Count == 0)
        {
            throw new ModelFormatException($"'{name}' holds a graph without nodes; there is nothing to run.");
        }

        if (model.IrVersion < 3 || model.OpsetImport.Count == 0)
        {
            throw new ModelFormatException(
                $"'{name}' says IR version {model.IrVersion} with {model.OpsetImport.Count} operator sets; "
                + "version 3 or later with at least one was expected (the file may be cut short).");
        }
    }

    private static void CheckGraph(GraphProto graph, string name)
    {
        if (graph.SparseInitializer.Count > 0)
        {
            throw new UnsupportedModelException(
                $"'{name}' holds {graph.SparseInitializer.Count} sparse constants; only dense ones are supported.");
        }

        var written = new HashSet<string>();
        foreach (var tensor in graph.Initializer)
        {
            TensorData.Validate(tensor, name);
            if (tensor.Name.Length == 0 || !written.Add(tensor.Name))
            {
                throw new ModelFormatException(
                    $"'{name}' holds a constant without a name of its own: '{tensor.Name}'.");
            }
        }

        foreach (var node in graph.Node)
        {
            if (node.OpType.Length == 0)
            {
                throw new ModelFormatException($"'{name}' holds a node ('{node.Name}') that names no operator.");
            }

            if (node.Writes().FirstOrDefault(tensor => !written.Add(tensor)) is { } twice)
            {
                throw new ModelFormatException($"'{name}' writes the tensor '{twice}' twice.");
            }
        }
    }

    /// <summary>The first sentence of a library's message, ended with one full stop.</summary>
    private static string FirstSentence(string message)
    {
        var line = message.ReplaceLineEndings(" ").Trim();
        var end = line.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? line : line[..end]).TrimEnd('.', ' ') + ".";
    }
}
