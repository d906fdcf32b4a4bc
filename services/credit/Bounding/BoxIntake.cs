using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Credit.Bounding.Sound;
using KoopmanMesh.Networks;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Credit.Bounding;

/// <summary>Puts a box together from the tensors of a stream: "lower" and "upper", float64 [features].</summary>
internal sealed class BoxIntake
{
    private const long MostBytes = 64L << 20;
    private const string Lower = "lower";
    private const string Upper = "upper";

    private readonly TensorAssembler _assembler = new(MostBytes);
    private readonly Dictionary<string, double[]> _bounds = new(StringComparer.Ordinal);

    public void Add(TensorFrame frame)
    {
        if (_assembler.Accept(frame) is not { } tensor)
        {
            return;
        }

        if (tensor.Name is not (Lower or Upper) || !_bounds.TryAdd(tensor.Name, tensor.Values<double>()))
        {
            throw new InvalidRequestException(
                "TENSOR_UNKNOWN", $"got tensor '{tensor.Name}', expected {Lower} and {Upper} once each", "tensor");
        }
    }

    /// <summary>The box that came for a network.</summary>
    /// <exception cref="InvalidRequestException">There is none, or it is not one of the network's rows.</exception>
    public Box Require(NetworkModel model) => TryComplete(model) ?? throw new InvalidRequestException(
        "BOX_MISSING", $"no box came, expected the tensors {Lower} and {Upper}", "tensor");

    /// <summary>The same; null where no tensor came at all.</summary>
    public Box? TryComplete(NetworkModel model)
    {
        _assembler.Complete();
        return _bounds.Count == 0 ? null : new Box(Bounds(Lower, model), Bounds(Upper, model));
    }

    private double[] Bounds(string name, NetworkModel model)
    {
        if (!_bounds.TryGetValue(name, out var bounds))
        {
            throw new InvalidRequestException(
                "BOX_MISSING", $"the box came without its tensor {name}, expected {Lower} and {Upper}", "tensor");
        }

        var width = model.Input.Width;
        return bounds.Length == width
            ? bounds
            : throw new InvalidRequestException(
                "BOX_WIDTH",
                bounds.Length < width
                    ? $"the box misses input feature {bounds.Length}: it has {bounds.Length} {name} bounds, "
                        + $"'{model.Name}' takes {width} features"
                    : $"the box has {bounds.Length} {name} bounds, '{model.Name}' takes {width} features",
                "tensor");
    }
}
