namespace KoopmanMesh.Numerics.Training.Sobolev;

/// <summary>The trapezoidal rule of scattered samples: to each the part of the line that is nearest to it.</summary>
internal static class NearestCells
{
    /// <summary>Parts of [0, length] in the order of the positions, 1 in all. O(N log N).</summary>
    public static double[] Of(ReadOnlySpan<double> positions, GridBoundary boundary, double length)
    {
        var n = positions.Length;
        var (sorted, order) = (positions.ToArray(), Enumerable.Range(0, n).ToArray());
        Array.Sort(sorted, order);
        var isPeriodic = boundary == GridBoundary.Periodic;
        var cells = new double[n];
        for (var i = 0; i < n; i++)
        {
            // Neighbours across the ends: the other end's sample a period off, or the mirror image of this one.
            var before = i > 0 ? sorted[i - 1] : isPeriodic ? sorted[^1] - length : -sorted[0];
            var after = i < n - 1 ? sorted[i + 1] : isPeriodic ? sorted[0] + length : (2 * length) - sorted[^1];
            cells[order[i]] = (after - before) / (2 * length);
        }

        return cells;
    }
}
