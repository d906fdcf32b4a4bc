namespace KoopmanMesh.Networks.Data;

/// <summary>What the header of an IDX or NPY file says.</summary>
/// <param name="Shape">Axes, the row axis first; at least one.</param>
/// <param name="Kind">How a number is stored.</param>
/// <param name="BigEndian">Byte order.</param>
/// <param name="FortranOrder">Whether the row axis is the fastest instead of the slowest.</param>
/// <param name="Offset">Where the numbers begin.</param>
internal sealed record ArrayHeader(long[] Shape, ElementKind Kind, bool BigEndian, bool FortranOrder, long Offset)
{
    /// <summary>Numbers in a row beyond which a file is refused: 64 MB of float32.</summary>
    internal const int MaxRowSize = 1 << 24;

    internal long Rows => Shape[0];

    /// <summary>A row's own axes; a row of a one-axis array is one number.</summary>
    internal int[] RowShape => Shape.Length == 1 ? [1] : [.. Shape.Skip(1).Select(d => (int)d)];

    /// <summary>Refuses shapes that nothing can be made of and promises that the source can't keep.</summary>
    internal ArrayHeader Validate(ByteSource source)
    {
        var text = string.Join(" x ", Shape);
        if (Shape.Any(d => d <= 0))
        {
            throw new DataFormatException($"'{source.Name}' has the shape {text}; every axis must be at least 1 long");
        }

        Int128 row = 1;
        foreach (var axis in Shape.Skip(1))
        {
            row = Int128.Min(row * axis, Int128.MaxValue >> 80);
        }

        if (row > MaxRowSize)
        {
            throw new DataFormatException(
                $"a row of '{source.Name}' (shape {text}) has more than the {MaxRowSize} numbers that are supported");
        }

        source.RequireLength(Offset + (Rows * row * ElementCodec.SizeOf(Kind)), $"{text} numbers of type {Kind}");
        return this;
    }
}
