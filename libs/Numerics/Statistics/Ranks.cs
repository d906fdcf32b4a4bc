namespace KoopmanMesh.Numerics.Statistics;

/// <summary>Ranks from 1, ties sharing the mean of theirs.</summary>
internal static class Ranks
{
    public static double[] Of(ReadOnlySpan<double> values)
    {
        var order = new int[values.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        var keys = values.ToArray();
        Array.Sort(keys, order);
        var ranks = new double[values.Length];
        for (var start = 0; start < keys.Length;)
        {
            var end = start;
            while (end + 1 < keys.Length && keys[end + 1] == keys[start])
            {
                end++;
            }

            for (var i = start; i <= end; i++)
            {
                ranks[order[i]] = 1 + (0.5 * (start + end));
            }

            start = end + 1;
        }

        return ranks;
    }
}
