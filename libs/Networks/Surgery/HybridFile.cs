using System.Runtime.InteropServices;
using Google.Protobuf;
using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;
using KoopmanMesh.Numerics.Storage;
using DataType = KoopmanMesh.Networks.Onnx.TensorProto.Types.DataType;

namespace KoopmanMesh.Networks.Surgery;

/// <summary>
/// Hybrids as ONNX files that say what they are: entries "koopmanmesh.*" of metadata_props, beside those the original
/// had. The operator sets and the file version are the original's.
/// </summary>
public static class HybridFile
{
    /// <summary>What the keys of the metadata begin with in the file.</summary>
    public const string Prefix = "koopmanmesh.";

    /// <summary>Bytes of the largest protobuf message: 2 GiB - 1. Beyond it constants go into another file.</summary>
    public const long LargestMessage = int.MaxValue;

    // ONNX's own tools leave smaller constants in the model, and begin each of the others on a page of memory.
    private const int SmallestExternal = 1024;
    private const int Page = 4096;

    /// <summary>The model as one file.</summary>
    /// <param name="model">The hybrid.</param>
    /// <param name="metadata">Keys without the prefix; they take the place of all "koopmanmesh.*" there were.</param>
    /// <exception cref="SurgeryException">It is larger than <see cref="LargestMessage"/>.</exception>
    public static byte[] ToBytes(NetworkModel model, IReadOnlyDictionary<string, string> metadata)
    {
        var file = Prepare(model, metadata);
        return Size(file) is var size && size <= LargestMessage
            ? file.ToByteArray()
            : throw new SurgeryException(
                $"'{model.Name}' takes {size} bytes, and one ONNX file holds {LargestMessage}; write it to a path, "
                + "where its constants get a file beside it.");
    }

    /// <summary>
    /// Writes the model to a path; where that would be larger than <paramref name="largest"/> bytes, its constants of 1
    /// KiB and more go into a file of the same name and ".data" (ONNX external data). Both appear when complete.
    /// </summary>
    /// <returns>The paths written, the model's first.</returns>
    /// <exception cref="SurgeryException">It is too large even so.</exception>
    /// <exception cref="IOException">A file can't be written.</exception>
    public static IReadOnlyList<string> Write(
        NetworkModel model, IReadOnlyDictionary<string, string> metadata, string path, long largest = LargestMessage)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(largest, LargestMessage);
        var file = Prepare(model, metadata);
        List<string> written = [path];
        if (Size(file) > largest)
        {
            written.Add($"{path}.data");
            using var data = new AtomicFile(written[1]);
            MoveOut(file.Graph, Path.GetFileName(written[1]), data.Content);
            if (Size(file) is var rest && rest > LargestMessage)
            {
                throw new SurgeryException(
                    $"'{model.Name}' takes {rest} bytes without its constants, and one ONNX file holds "
                    + $"{LargestMessage}.");
            }

            data.Complete();
        }

        using var target = new AtomicFile(path);
        file.WriteTo(target.Content);
        target.Complete();
        return written;
    }

    /// <summary>The "koopmanmesh.*" entries of a model's metadata, without the prefix.</summary>
    public static IReadOnlyDictionary<string, string> Metadata(NetworkModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Plan.Model.MetadataProps.Where(IsOurs)
            .ToDictionary(entry => entry.Key[Prefix.Length..], entry => entry.Value);
    }

    private static ModelProto Prepare(NetworkModel model, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(metadata);
        var file = model.Plan.Model.Clone();
        GraphEdits.Replace(file.MetadataProps, [.. file.MetadataProps.Where(entry => !IsOurs(entry))]);
        foreach (var (key, value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            file.MetadataProps.Add(new StringStringEntryProto { Key = Prefix + key, Value = value });
        }

        // What was seen when it ran; the checker wants a type, and the original's shape may be of a fixed batch.
        var output = GraphEdits.FloatInfo(model.Output.Name, model.Output.ReshapeTarget());
        if (model.Output.Batched && model.Output.OneRow[0] != model.Input.OneRow[0])
        {
            output.Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension();
        }

        GraphEdits.Replace(file.Graph.Output, [output]);
        return file;
    }

    private static void MoveOut(GraphProto graph, string location, Stream data)
    {
        foreach (var tensor in graph.Initializer)
        {
            if (!tensor.HasRawData && (DataType)tensor.DataType == DataType.Float)
            {
                tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>([.. tensor.FloatData]));
                tensor.FloatData.Clear();
            }

            if (tensor.RawData.Length < SmallestExternal)
            {
                continue;
            }

            data.Write(new byte[(Page - (data.Position % Page)) % Page]);
            Entry(tensor, "location", location);
            Entry(tensor, "offset", FormattableString.Invariant($"{data.Position}"));
            Entry(tensor, "length", FormattableString.Invariant($"{tensor.RawData.Length}"));
            tensor.RawData.WriteTo(data);
            tensor.ClearRawData();
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
        }
    }

    private static void Entry(TensorProto tensor, string key, string value) =>
        tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });

    /// <summary>Bytes of the message; the library's own count is of 32 bits and overflows.</summary>
    private static long Size(ModelProto file)
    {
        // A tag and a length before each constant, and before the graph that holds them.
        const int most = 10;
        TensorProto[] constants = [.. file.Graph.Initializer];
        file.Graph.Initializer.Clear();
        var size = (long)file.CalculateSize() + most;
        file.Graph.Initializer.AddRange(constants);
        return size + constants.Sum(tensor => (long)tensor.CalculateSize() + most);
    }

    private static bool IsOurs(StringStringEntryProto entry) => entry.Key.StartsWith(Prefix, StringComparison.Ordinal);
}
