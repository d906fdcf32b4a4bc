namespace KoopmanMesh.Networks.Execution;

/// <summary>How far two tensors that should be equal are apart.</summary>
/// <param name="MaximumAbsolute">max |a - b|; infinite where only one of the two is a finite number.</param>
/// <param name="MaximumRelative"><paramref name="MaximumAbsolute"/> divided by max |a|; 0 when both are equal.</param>
/// <param name="Identical">Whether every pair of values is equal (NaN equals NaN).</param>
public readonly record struct TensorDifference(double MaximumAbsolute, double MaximumRelative, bool Identical)
{
    /// <summary>Compares a tensor with the one it should equal.</summary>
    public static TensorDifference Between(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        if (expected.Length != actual.Length)
        {
            throw new ArgumentException($"compares {expected.Length} values with {actual.Length}", nameof(actual));
        }

        // Blocks that match bit for bit, nearly all of them, are skipped at memory speed.
        const int block = 4096;
        var (scale, largest, identical) = (0.0, 0.0, true);
        for (var start = 0; start < expected.Length; start += block)
        {
            var length = Math.Min(block, expected.Length - start);
            var left = expected.Slice(start, length);
            var right = actual.Slice(start, length);
            if (!left.SequenceEqual(right))
            {
                identical &= Compare(left, right, ref largest);
            }
        }

        foreach (var value in largest > 0 ? expected : [])
        {
            scale = float.IsFinite(value) ? Math.Max(scale, Math.Abs(value)) : scale;
        }

        return new TensorDifference(largest, largest == 0 ? 0 : largest / Math.Max(scale, float.Epsilon), identical);
    }

    /// <summary>The larger of two differences in every respect.</summary>
    public TensorDifference Worse(TensorDifference other) => new(
        Math.Max(MaximumAbsolute, other.MaximumAbsolute), Math.Max(MaximumRelative, other.MaximumRelative),
        Identical && other.Identical);

    private static bool Compare(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, ref double largest)
    {
        var identical = true;
        for (var i = 0; i < expected.Length; i++)
        {
            if (expected[i].Equals(actual[i]))
            {
                continue;
            }

            identical = false;
            var finite = float.IsFinite(expected[i]) && float.IsFinite(actual[i]);
            largest = Math.Max(largest, finite ? Math.Abs((double)expected[i] - actual[i]) : double.PositiveInfinity);
        }

        return identical;
    }
}
