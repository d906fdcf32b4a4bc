namespace KoopmanMesh.Capture.Replacing.Planning;

/// <summary>What no other does better in every respect.</summary>
internal static class ParetoFront
{
    /// <summary>
    /// Those that none dominates: no worse in any loss and better in one. Of equals the first stays. O(n²).
    /// </summary>
    /// <param name="items">In order of preference.</param>
    /// <param name="losses">The smaller, the better; as many for each item, none NaN. Infinite: not known.</param>
    public static IReadOnlyList<T> Of<T>(IReadOnlyList<T> items, Func<T, double[]> losses)
    {
        var points = items.Select(losses).ToArray();
        return [.. items.Where((_, i) => !Enumerable.Range(0, points.Length).Any(j => Beats(points, j, i)))];
    }

    /// <summary>The front, then the front of what is left, and so on: all items, once each.</summary>
    public static IEnumerable<T> InLayers<T>(IReadOnlyList<T> items, Func<T, double[]> losses)
    {
        while (items.Count > 0)
        {
            var front = Of(items, losses);
            foreach (var item in front)
            {
                yield return item;
            }

            var done = front.ToHashSet();
            items = [.. items.Where(item => !done.Contains(item))];
        }
    }

    private static bool Beats(double[][] points, int j, int i)
    {
        var better = false;
        for (var k = 0; k < points[i].Length; k++)
        {
            if (points[j][k] > points[i][k])
            {
                return false;
            }

            better |= points[j][k] < points[i][k];
        }

        return better || (j < i && points[j].AsSpan().SequenceEqual(points[i]));
    }
}
