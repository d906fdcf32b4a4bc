using System.Globalization;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Cli.Output;

/// <summary>Tensors that came from the mesh, for a safetensors file that PyTorch loads.</summary>
internal sealed class TrainingTensors
{
    private readonly TensorArchive _archive = new();
    private readonly List<NamedTensor> _tensors = [];

    public TrainingTensors() => _archive.SetMetadata("format", "pt");

    public void Add(NamedTensor tensor)
    {
        _tensors.Add(tensor);
        long[] shape = [.. tensor.Shape];
        switch (tensor.ElementType)
        {
            case ElementType.Float32:
                _archive.Add(tensor.Name, tensor.Values<float>(), shape);
                break;
            case ElementType.Float64:
                _archive.Add(tensor.Name, tensor.Values<double>(), shape);
                break;
            default:
                _archive.Add(tensor.Name, tensor.Values<byte>(), shape);
                break;
        }
    }

    /// <summary>A number beside the tensors.</summary>
    public void Describe(string name, long value) =>
        _archive.SetMetadata(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>The tensors as they travel.</summary>
    public IEnumerable<TensorFrame> Frames() => _tensors.SelectMany(tensor => tensor.ElementType == ElementType.Float32
        ? TensorCodec.Frames<float>(tensor.Name, tensor.Values<float>(), tensor.Shape)
        : TensorCodec.Frames<double>(tensor.Name, tensor.Values<double>(), tensor.Shape));

    public Task WriteAsync(Stream stream)
    {
        _archive.Write(stream);
        return Task.CompletedTask;
    }
}
