using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Loading;
using KoopmanMesh.Networks.Onnx;
using DataType = KoopmanMesh.Networks.Onnx.TensorProto.Types.DataType;

namespace KoopmanMesh.Networks.Surgery;

/// <summary>
/// A network's file, whose weights can be exchanged for others by name. They are exchanged in the file as it came, and
/// the result is loaded anew: what loading computes from weights (a folded transpose) then comes from the new ones.
/// Immutable. Cost of an exchange: that of loading the model.
/// </summary>
public sealed class WeightExchange
{
    private const int NamesInMessage = 8;

    private readonly ModelProto _file;
    private readonly string _name;
    private readonly Dictionary<string, int> _positions;

    private WeightExchange(ModelProto file, string name)
    {
        (_file, _name) = (file, name);
        _positions = file.Graph.Initializer.Select((tensor, i) => (tensor.Name, i))
            .ToDictionary(pair => pair.Name, pair => pair.i, StringComparer.Ordinal);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">The ONNX file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="ModelFormatException">The bytes are not a well-formed ONNX model.</exception>
    public static WeightExchange Open(ReadOnlyMemory<byte> bytes, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new WeightExchange(ModelParser.Parse(bytes, name), name);
    }

    /// <summary>Throws unless the file has a float32 weight of this name and shape.</summary>
    /// <exception cref="SurgeryException">The message names what came and what the file has.</exception>
    public void Require(string name, IReadOnlyList<long> shape)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(shape);
        if (!_positions.TryGetValue(name, out var position))
        {
            throw new SurgeryException($"'{_name}' has no weight '{name}'; it has {Names()}.");
        }

        var tensor = _file.Graph.Initializer[position];
        if ((DataType)tensor.DataType != DataType.Float)
        {
            throw new SurgeryException(
                $"The weight '{name}' of '{_name}' holds {(DataType)tensor.DataType} values; float32 weights can be "
                + "exchanged.");
        }

        if (!tensor.Dims.SequenceEqual(shape))
        {
            throw new SurgeryException(
                $"The weight '{name}' of '{_name}' has shape [{string.Join(", ", tensor.Dims)}], "
                + $"got [{string.Join(", ", shape)}].");
        }
    }

    /// <summary>The network with these weights; those not named stay as they are.</summary>
    /// <exception cref="SurgeryException">
    /// A weight is not in the file, has another shape or type, comes twice or holds a number that is not finite.
    /// </exception>
    /// <exception cref="UnsupportedModelException">The model can't be analysed.</exception>
    public NetworkModel With(IReadOnlyCollection<Weight> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var file = _file.Clone();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var weight in weights)
        {
            Require(weight.Name, weight.Shape);
            RequireFinite(weight);
            if (!seen.Add(weight.Name))
            {
                throw new SurgeryException($"The weight '{weight.Name}' of '{_name}' comes twice in one set.");
            }

            var position = _positions[weight.Name];
            file.Graph.Initializer[position] =
                TensorData.FromFloats(weight.Name, weight.Values.Span, [.. weight.Shape]);
        }

        return NetworkModel.Load(file, _name);
    }

    private static void RequireFinite(Weight weight)
    {
        var values = weight.Values.Span;
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                throw new SurgeryException(FormattableString.Invariant(
                    $"The new weight '{weight.Name}' holds {values[i]} at index {i}; finite numbers are expected."));
            }
        }
    }

    private string Names()
    {
        var names = _positions.Keys.Take(NamesInMessage).Select(name => $"'{name}'");
        var more = _positions.Count - NamesInMessage;
        return _positions.Count == 0 ? "none" : string.Join(", ", names) + (more > 0 ? $" and {more} more" : "");
    }
}
