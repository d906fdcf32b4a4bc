using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Contracts.Tensors;

/// <summary>A tensor as it came off the wire, row-major. Whoever received it owns it.</summary>
public sealed class NamedTensor
{
    private readonly Array _values;

    internal NamedTensor(TensorHeader header, Array values)
    {
        (Name, ElementType, Shape, _values) = (header.Name, header.ElementType, [.. header.Shape], values);
    }

    /// <summary>Name within its stream.</summary>
    public string Name { get; }

    /// <summary>Type of the elements.</summary>
    public ElementType ElementType { get; }

    /// <summary>Extents, the last varies fastest.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The elements, row-major: the tensor's own array, not a copy.</summary>
    /// <exception cref="TensorStreamException">The elements are of another type.</exception>
    public T[] Values<T>()
        where T : unmanaged => _values as T[] ?? throw new TensorStreamException(
        $"tensor '{Name}' holds {ElementType} elements, expected {TensorCodec.ElementTypeOf<T>()}");

    /// <summary>The elements of a tensor that must have exactly this shape: its own array, not a copy.</summary>
    /// <exception cref="TensorStreamException">The type or the shape is another; the message names both.</exception>
    public T[] Values<T>(params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        var equal = shape.Length == Shape.Count;
        for (var i = 0; equal && i < shape.Length; i++)
        {
            equal = shape[i] == Shape[i];
        }

        return equal
            ? Values<T>()
            : throw new TensorStreamException(
                $"tensor '{Name}' has shape [{string.Join(", ", Shape)}], " +
                $"expected [{string.Join(", ", shape.ToArray())}]");
    }
}
