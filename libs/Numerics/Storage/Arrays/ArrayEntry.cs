using System.Collections.Immutable;

namespace KoopmanMesh.Numerics.Storage.Arrays;

/// <summary>One array of a file.</summary>
public sealed class ArrayEntry
{
    internal ArrayEntry(string name, ArrayHeader header) =>
        (Name, Shape, Header) = (name, [.. header.Shape], header);

    /// <summary>Its name; empty in an NPY file.</summary>
    public string Name { get; }

    /// <summary>Extents, each at least 1; none for a single number.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>Whether its numbers are stored as floating-point numbers.</summary>
    public bool IsFloating =>
        Header.Element is ElementType.Float16 or ElementType.BFloat16 or ElementType.Float32 or ElementType.Float64;

    /// <summary>True when float32 holds every number exactly.</summary>
    public bool FitsSingle => Header.FitsSingle;

    internal ArrayHeader Header { get; }
}
