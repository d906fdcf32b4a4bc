namespace KoopmanMesh.Numerics.Storage;

/// <summary>
/// Named tensors and a few strings in one safetensors file: a header length (8 bytes, little-endian), a JSON header,
/// then the elements, row-major. A column-major n × m matrix is the tensor [m, n]. Values added are held without a copy
/// until they are written.
/// </summary>
public sealed partial class TensorArchive
{
    private readonly Dictionary<string, StoredTensor> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    /// <summary>Names of the tensors, in the order they were added or lie in the file.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>Strings stored beside the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Stores a string.</summary>
    public void SetMetadata(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        _metadata[key] = value;
    }

    /// <summary>The string under <paramref name="key"/>.</summary>
    /// <exception cref="TensorFormatException">There is none.</exception>
    public string RequireMetadata(string key) => _metadata.TryGetValue(key, out var value)
        ? value
        : throw new TensorFormatException($"the archive has no metadata \"{key}\"");

    /// <summary>Adds float32 elements of a shape, row-major.</summary>
    public void Add(string name, ReadOnlyMemory<float> values, params ReadOnlySpan<long> shape) =>
        Add(name, TensorType.F32, values, values.Length, shape);

    /// <summary>Adds float64 elements of a shape, row-major.</summary>
    public void Add(string name, ReadOnlyMemory<double> values, params ReadOnlySpan<long> shape) =>
        Add(name, TensorType.F64, values, values.Length, shape);

    /// <summary>Adds int64 elements of a shape, row-major.</summary>
    public void Add(string name, ReadOnlyMemory<long> values, params ReadOnlySpan<long> shape) =>
        Add(name, TensorType.I64, values, values.Length, shape);

    /// <summary>Adds unsigned bytes of a shape, row-major.</summary>
    public void Add(string name, ReadOnlyMemory<byte> values, params ReadOnlySpan<long> shape) =>
        Add(name, TensorType.U8, values, values.Length, shape);

    /// <summary>Whether a tensor has this name.</summary>
    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <summary>Type of a tensor.</summary>
    /// <exception cref="TensorFormatException">There is no such tensor.</exception>
    public TensorType TypeOf(string name) => Find(name).Type;

    /// <summary>Shape of a tensor.</summary>
    /// <exception cref="TensorFormatException">There is no such tensor.</exception>
    public IReadOnlyList<long> ShapeOf(string name) => Find(name).Shape;

    /// <summary>The elements of a float32 tensor of exactly this shape; no shape given accepts any.</summary>
    /// <exception cref="TensorFormatException">It is missing, or of another type or shape.</exception>
    public float[] Singles(string name, params ReadOnlySpan<long> shape) =>
        ((ReadOnlyMemory<float>)Find(name, TensorType.F32, shape)).ToArray();

    /// <summary>The elements of a float64 tensor of exactly this shape; no shape given accepts any.</summary>
    /// <exception cref="TensorFormatException">It is missing, or of another type or shape.</exception>
    public double[] Doubles(string name, params ReadOnlySpan<long> shape) =>
        ((ReadOnlyMemory<double>)Find(name, TensorType.F64, shape)).ToArray();

    /// <summary>The elements of an int64 tensor of exactly this shape; no shape given accepts any.</summary>
    /// <exception cref="TensorFormatException">It is missing, or of another type or shape.</exception>
    public long[] Integers(string name, params ReadOnlySpan<long> shape) =>
        ((ReadOnlyMemory<long>)Find(name, TensorType.I64, shape)).ToArray();

    /// <summary>The bytes of a U8 tensor of exactly this shape; no shape given accepts any.</summary>
    /// <exception cref="TensorFormatException">It is missing, or of another type or shape.</exception>
    public byte[] Bytes(string name, params ReadOnlySpan<long> shape) =>
        ((ReadOnlyMemory<byte>)Find(name, TensorType.U8, shape)).ToArray();

    /// <summary>
    /// Like <see cref="Doubles"/>, but into an array that is there already: large tensors aren't copied twice.
    /// </summary>
    /// <exception cref="TensorFormatException">It is missing, or of another type or length.</exception>
    public void CopyDoubles(string name, Span<double> destination) =>
        ((ReadOnlyMemory<double>)Find(name, TensorType.F64, [destination.Length])).Span.CopyTo(destination);

    private void Add(string name, TensorType type, object values, int length, ReadOnlySpan<long> shape)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (StoredTensor.ElementCount(shape) != length)
        {
            throw new ArgumentException(
                $"tensor \"{name}\" of shape {Describe(shape)} cannot hold {length} elements", nameof(shape));
        }

        if (name == MetadataKey || !_tensors.TryAdd(name, new StoredTensor(type, shape.ToArray(), values)))
        {
            throw new ArgumentException($"the name \"{name}\" is taken in this archive", nameof(name));
        }
    }

    private StoredTensor Find(string name) => _tensors.TryGetValue(name, out var tensor)
        ? tensor
        : throw new TensorFormatException($"the archive has no tensor \"{name}\"");

    private object Find(string name, TensorType type, ReadOnlySpan<long> shape)
    {
        var tensor = Find(name);
        var sameShape = shape.IsEmpty || shape.SequenceEqual(tensor.Shape);
        return tensor.Type == type && sameShape
            ? tensor.Elements
            : throw new TensorFormatException(
                $"tensor \"{name}\" is {tensor.Type} {Describe(tensor.Shape)}, "
                + $"expected {type} {(shape.IsEmpty ? "of any shape" : Describe(shape))}");
    }

    private static string Describe(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
