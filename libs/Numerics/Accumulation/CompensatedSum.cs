using System.Numerics;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// Sums kept as high + low, low being what high could not hold (Knuth's two-sum, TAOCP 2, 4.2.2, theorem B): the sum of
/// any number of terms is as good as if it had been rounded once, so the order of shards does not show.
/// </summary>
internal static class CompensatedSum
{
    /// <summary>(high, low) += factor · terms, element by element; all of one length.</summary>
    public static void Add(Span<double> high, Span<double> low, ReadOnlySpan<double> terms, double factor = 1)
    {
        var i = 0;
        for (; i <= high.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var a = new Vector<double>(high[i..]);
            var b = new Vector<double>(terms[i..]) * factor;
            var sum = a + b;
            var moved = sum - a;
            var error = (a - (sum - moved)) + (b - moved);
            sum.CopyTo(high[i..]);
            (new Vector<double>(low[i..]) + error).CopyTo(low[i..]);
        }

        for (; i < high.Length; i++)
        {
            var (a, b) = (high[i], terms[i] * factor);
            var sum = a + b;
            var moved = sum - a;
            low[i] += (a - (sum - moved)) + (b - moved);
            high[i] = sum;
        }
    }
}
