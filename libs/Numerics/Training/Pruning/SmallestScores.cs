namespace KoopmanMesh.Numerics.Training.Pruning;

/// <summary>
/// The k-th smallest of many scores by their bits: a float32 that is not negative sorts as its 32 bits do, so two
/// counts over 65,536 bins each find it. O(p), no copy, no order of equal scores needed.
/// </summary>
internal static class SmallestScores
{
    private const int Bins = 1 << 16;

    /// <summary>
    /// The <paramref name="count"/>-th smallest score (1-based) over ranges of <paramref name="scores"/>, and how many
    /// that are equal to it belong to the smallest <paramref name="count"/>.
    /// </summary>
    public static (float Threshold, long Ties) Select(
        ReadOnlySpan<float> scores, IReadOnlyList<(int Start, int Count)> ranges, long count)
    {
        var bins = new long[Bins];
        foreach (var (start, length) in ranges)
        {
            foreach (var score in scores.Slice(start, length))
            {
                bins[Key(score) >> 16]++;
            }
        }

        var (high, left) = Find(bins, count);
        Array.Clear(bins);
        foreach (var (start, length) in ranges)
        {
            foreach (var score in scores.Slice(start, length))
            {
                var key = Key(score);
                bins[key & 0xFFFF] += key >> 16 == high ? 1 : 0;
            }
        }

        var (low, ties) = Find(bins, left);
        return (BitConverter.UInt32BitsToSingle((high << 16) | low), ties);
    }

    // -0 is 0.
    private static uint Key(float score) => score == 0 ? 0 : BitConverter.SingleToUInt32Bits(score);

    private static (uint Bin, long Left) Find(long[] bins, long count)
    {
        var bin = 0u;
        while (count > bins[bin])
        {
            count -= bins[bin++];
        }

        return (bin, count);
    }
}
