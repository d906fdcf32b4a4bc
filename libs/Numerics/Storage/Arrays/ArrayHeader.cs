namespace KoopmanMesh.Numerics.Storage.Arrays;

/// <summary>What a file says of an array in it.</summary>
/// <param name="Shape">Extents, each at least 1; none for a single number.</param>
/// <param name="Element">How a number is stored.</param>
/// <param name="BigEndian">Byte order.</param>
/// <param name="Fortran">Whether the first axis varies fastest instead of the last.</param>
/// <param name="Offset">Where the numbers begin, in bytes.</param>
internal sealed record ArrayHeader(long[] Shape, ElementType Element, bool BigEndian, bool Fortran, long Offset)
{
    // A petabyte of doubles; below it no product of sizes overflows.
    private const long MostElements = 1L << 47;

    public string ShapeText => string.Join(" x ", Shape);

    public long Count => Shape.Aggregate(1L, (a, b) => a * b);

    public long Bytes => Count * ElementDecoder.SizeOf(Element);

    /// <summary>Whether float32 holds every number exactly.</summary>
    public bool FitsSingle => Element is ElementType.Float32 or ElementType.Float16 or ElementType.BFloat16
        or ElementType.UInt8 or ElementType.Int8 or ElementType.UInt16 or ElementType.Int16;

    /// <summary>Elements between neighbours along each axis.</summary>
    public long[] Strides()
    {
        var (strides, next) = (new long[Shape.Length], 1L);
        for (var i = 0; i < Shape.Length; i++)
        {
            var axis = Fortran ? i : Shape.Length - 1 - i;
            strides[axis] = next;
            next *= Shape[axis];
        }

        return strides;
    }

    /// <summary>Refuses shapes nothing can be made of and promises that the file can't keep.</summary>
    public ArrayHeader Validate(string name, long found, bool scalar = false)
    {
        if (!scalar)
        {
            RequireAxes(name);
        }

        if (Array.Exists(Shape, side => side < 1))
        {
            throw new ArrayFileException($"'{name}' has the shape {ShapeText}; every axis must be at least 1 long");
        }

        Int128 count = 1;
        foreach (var side in Shape)
        {
            count *= side;
            if (count > MostElements)
            {
                throw new ArrayFileException(
                    $"'{name}' has the shape {ShapeText}, more numbers than any file can hold");
            }
        }

        return found == Bytes
            ? this
            : throw new ArrayFileException(
                $"'{name}' promises {ShapeText} numbers of type {Element.ToString().ToLowerInvariant()}, "
                + $"{Bytes} bytes, "
                + (found < Bytes ? $"but ends after {found} of them" : $"but {found} bytes follow its header"));
    }
    /// <summary>Refuses a single number.</summary>
    public void RequireAxes(string name)
    {
        if (Shape.Length == 0)
        {
            throw new ArrayFileException($"'{name}' holds a single number; expected an array of snapshots");
        }
    }
}
