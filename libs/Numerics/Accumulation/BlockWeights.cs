using System.Globalization;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>The public doors' check of block weights.</summary>
internal static class BlockWeights
{
    public static void Check(ReadOnlySpan<double> weights, int blocks)
    {
        if (weights.Length != blocks)
        {
            throw new ArgumentException($"got {weights.Length} block weights, expected {blocks}", nameof(weights));
        }

        for (var b = 0; b < blocks; b++)
        {
            if (!(weights[b] >= 0) || !double.IsFinite(weights[b]))
            {
                var got = weights[b].ToString(CultureInfo.InvariantCulture);
                throw new ArgumentException(
                    $"the weight of block {b} is {got}, expected a finite number of at least 0", nameof(weights));
            }
        }
    }
}
