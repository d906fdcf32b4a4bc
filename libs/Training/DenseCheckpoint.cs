using System.Numerics;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Training;

/// <summary>
/// Networks as safetensors archives: "layers.i.weight" [outputs, inputs] and "layers.i.bias" [outputs] for i from 0, as
/// PyTorch's Linear keeps them, F32 or F64 by the network's numbers; the metadata "format", and "relu", a 1 or 0 for
/// each layer, or, where a layer has another activation, "activations", a name for each ("tanh,identity"). Which layers
/// are frozen is not kept.
/// </summary>
public static class DenseCheckpoint
{
    private const string Format = "koopmanmesh.dense/1";

    /// <summary>The network as an archive, which shares its memory.</summary>
    public static TensorArchive ToArchive<T>(DenseNetwork<T> network) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        var archive = new TensorArchive();
        archive.SetMetadata("format", Format);
        var plain = network.Layers.All(layer => layer.Activation is Activation.Identity or Activation.Relu);
        archive.SetMetadata(
            plain ? "relu" : "activations",
            plain
                ? string.Concat(network.Layers.Select(layer => layer.HasRelu ? '1' : '0'))
                : string.Join(',', network.Layers.Select(layer => Name(layer.Activation))));
        for (var i = 0; i < network.Layers.Count; i++)
        {
            var layer = network.Layers[i];
            Add(archive, $"layers.{i}.weight", layer.Weights, layer.Outputs, layer.Inputs);
            Add(archive, $"layers.{i}.bias", layer.Biases, layer.Outputs);
        }

        return archive;
    }

    /// <summary>
    /// The tensors of <see cref="ToArchive"/>, in an order that makes them <see cref="DenseNetwork{T}.Parameters"/>.
    /// </summary>
    public static ParameterLayout Layout<T>(DenseNetwork<T> network) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        return new ParameterLayout(network.Layers.SelectMany((layer, i) => (ParameterTensor[])
        [
            new($"layers.{i}.weight", [layer.Outputs, layer.Inputs]), new($"layers.{i}.bias", [layer.Outputs]),
        ]));
    }

    /// <summary>The network that <see cref="ToArchive"/> stored.</summary>
    /// <exception cref="TensorFormatException">The archive holds no network of this precision.</exception>
    public static DenseNetwork<T> FromArchive<T>(TensorArchive archive) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(archive);
        if (archive.RequireMetadata("format") is var format && format != Format)
        {
            throw new TensorFormatException($"the archive's format is \"{format}\", expected \"{Format}\"");
        }

        var activations = Read(archive);
        try
        {
            return DenseNetwork.From([.. activations.Select((a, i) => Layer<T>(archive, i, a))]);
        }
        catch (ArgumentException e)
        {
            throw new TensorFormatException($"the archive's layers are no network: {e.Message}", e);
        }
    }

    /// <summary>Writes the network to a file, which appears only when it is complete.</summary>
    /// <exception cref="IOException">The folder is missing or full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be written to.</exception>
    public static void Save<T>(DenseNetwork<T> network, string path) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var archive = ToArchive(network);
        using var file = new AtomicFile(path);
        archive.Write(file.Content);
        file.Complete();
    }

    /// <summary>Reads a network from a file.</summary>
    /// <exception cref="TensorFormatException">The file holds no network of this precision.</exception>
    /// <exception cref="IOException">The file is missing.</exception>
    public static DenseNetwork<T> Load<T>(string path) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var file = File.OpenRead(path);
        return FromArchive<T>(TensorArchive.Read(file));
    }

    private static Activation[] Read(TensorArchive archive) =>
        archive.Metadata.TryGetValue("activations", out var names)
            ? Named(names, archive.Names.Count)
            : Flagged(archive.RequireMetadata("relu"), archive.Names.Count);

    private static Activation[] Flagged(string relu, int tensors) =>
        relu.Length > 0 && tensors == 2 * relu.Length && relu.All(c => c is '0' or '1')
            ? [.. relu.Select(c => c == '1' ? Activation.Relu : Activation.Identity)]
            : throw new TensorFormatException(
                $"the archive's \"relu\" is \"{relu}\" beside {tensors} tensors, expected a 1 or 0 for each layer, "
                + "which has two tensors");

    private static Activation[] Named(string names, int tensors)
    {
        var known = Enum.GetValues<Activation>().ToDictionary(Name);
        var listed = names.Split(',');
        return tensors == 2 * listed.Length && listed.All(known.ContainsKey)
            ? [.. listed.Select(name => known[name])]
            : throw new TensorFormatException(
                $"the archive's \"activations\" is \"{names}\" beside {tensors} tensors, expected one of "
                + $"{string.Join(", ", known.Keys)} for each layer, which has two tensors");
    }

    private static string Name(Activation activation) => activation switch
    {
        Activation.Relu => "relu",
        Activation.Tanh => "tanh",
        Activation.Sine => "sine",
        _ => "identity",
    };

    private static DenseLayer<T> Layer<T>(TensorArchive archive, int i, Activation activation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (weight, bias) = ($"layers.{i}.weight", $"layers.{i}.bias");
        var layer = new DenseLayer<T>(Values<T>(archive, weight), Values<T>(archive, bias), activation);
        return archive.ShapeOf(weight) is [var rows, _] && archive.ShapeOf(bias) is [var length] && rows == length
            ? layer
            : throw new TensorFormatException(
                $"tensor \"{weight}\" is [{string.Join(", ", archive.ShapeOf(weight))}] and \"{bias}\" "
                + $"[{string.Join(", ", archive.ShapeOf(bias))}], expected [outputs, inputs] and [outputs]");
    }

    private static void Add<T>(TensorArchive archive, string name, Memory<T> values, params ReadOnlySpan<long> shape)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (values is Memory<float> singles)
        {
            archive.Add(name, singles, shape);
        }
        else
        {
            archive.Add(name, (Memory<double>)(object)values, shape);
        }
    }

    private static T[] Values<T>(TensorArchive archive, string name) where T : unmanaged, IFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? (T[])(object)archive.Singles(name) : (T[])(object)archive.Doubles(name);
}
