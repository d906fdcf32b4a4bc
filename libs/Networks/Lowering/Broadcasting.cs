namespace KoopmanMesh.Networks.Lowering;

/// <summary>NumPy's broadcasting, as indices into flat row-major values.</summary>
internal static class Broadcasting
{
    /// <summary>
    /// For each element of the larger shape the element of the smaller it comes from; null where it doesn't fit.
    /// </summary>
    public static int[]? Sources(long[] from, long[] to)
    {
        if (from.Length > to.Length)
        {
            return from[..^to.Length].All(length => length == 1) ? Sources(from[^to.Length..], to) : null;
        }

        var steps = new long[to.Length];
        var stride = 1L;
        for (var axis = 1; axis <= from.Length; axis++)
        {
            if (from[^axis] != to[^axis] && from[^axis] != 1)
            {
                return null;
            }

            steps[^axis] = from[^axis] == 1 ? 0 : stride;
            stride *= from[^axis];
        }

        var result = new int[to.Aggregate(1L, (product, length) => product * length)];
        for (var i = 0; i < result.Length; i++)
        {
            var (rest, source) = ((long)i, 0L);
            for (var axis = to.Length - 1; axis >= 0; axis--)
            {
                source += rest % to[axis] * steps[axis];
                rest /= to[axis];
            }

            result[i] = (int)source;
        }

        return result;
    }
}
