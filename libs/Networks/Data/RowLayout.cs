namespace KoopmanMesh.Networks.Data;

/// <summary>Images with their channels last (NHWC) to channels first (NCHW) and back, row by row.</summary>
public static class RowLayout
{
    /// <summary>
    /// <c>to[c, y, x] = from[y, x, c]</c> for each of the rows in <paramref name="from"/>; the two may not overlap.
    /// O(length), allocates nothing.
    /// </summary>
    public static void NhwcToNchw(ReadOnlySpan<float> from, Span<float> to, int height, int width, int channels) =>
        Transpose(from, to, checked(height * width), channels);

    /// <summary><c>to[y, x, c] = from[c, y, x]</c>, likewise.</summary>
    public static void NchwToNhwc(ReadOnlySpan<float> from, Span<float> to, int height, int width, int channels) =>
        Transpose(from, to, channels, checked(height * width));

    private static void Transpose(ReadOnlySpan<float> from, Span<float> to, int outer, int inner)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inner);
        var size = checked(outer * inner);
        if (from.Length % size != 0 || to.Length < from.Length || from.Overlaps(to))
        {
            throw new ArgumentException(
                $"rows of {size} numbers need a source of whole rows and as long a destination apart from it; " +
                $"got {from.Length} and {to.Length} numbers");
        }

        if (outer == 1 || inner == 1)
        {
            from.CopyTo(to);
            return;
        }

        for (var start = 0; start < from.Length; start += size)
        {
            var source = from.Slice(start, size);
            var target = to.Slice(start, size);
            for (var i = 0; i < outer; i++)
            {
                for (var j = 0; j < inner; j++)
                {
                    target[(j * outer) + i] = source[(i * inner) + j];
                }
            }
        }
    }
}
