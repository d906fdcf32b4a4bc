using System.Numerics;
using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>
/// S_N = (1 + A + … + A^(N-1)) e by powers of [A e; 0 1], which moves [S; 1]: a few squarings, and then products with
/// the vector, as many of each as cost least.
/// </summary>
internal static class Powers
{
    // A number of a square costs as much less time than one of a product with a vector, which waits for memory.
    private const double SquareAdvantage = 4.5;

    // Norms up to 1e4 are told from growth by 1e-6 a step.
    private const int MostLevels = 24;

    /// <summary>The sums of each of <paramref name="counts"/>, r × counts. O(r^3 log N) at most.</summary>
    public static Matrix Sums(Matrix a, double[] change, IReadOnlyList<long> counts, ILinearAlgebra la)
    {
        var (r, sums) = (a.Rows, new Matrix(a.Rows, counts.Count));
        var powers = new List<Matrix> { Augmented(a, change) };
        var (done, state) = (0L, new double[r + 1]);
        state[r] = 1;
        var order = Enumerable.Range(0, counts.Count).OrderBy(h => counts[h]).ToArray();
        var levels = Levels(r + 1, counts[order[^1]]);
        while (powers.Count <= levels)
        {
            powers.Add(la.Multiply(powers[^1], powers[^1]));
        }

        foreach (var h in order)
        {
            for (var level = levels; level >= 0; level--)
            {
                for (; counts[h] - done >= 1L << level; done += 1L << level)
                {
                    state = la.Multiply(powers[level], state);
                }
            }

            state.AsSpan(0, r).CopyTo(sums.Column(h));
        }

        return sums;
    }

    /// <summary>
    /// ||A^N||^(1/N), at least the largest modulus, for the first N = 2^j up to 2^24 that brings it to the clip or
    /// below; null where there is none, or where the trace of A^N shows that the modulus is above. O(r^3) a squaring.
    /// </summary>
    public static double? Bound(Matrix a, double clip, ILinearAlgebra la)
    {
        var power = a;
        for (var level = 0; level <= MostLevels; level++)
        {
            var (count, trace) = (1L << level, 0.0);
            for (var j = 0; j < power.Rows; j++)
            {
                trace += power[j, j];
            }

            // The mean of the eigenvalues of A^N is at most the largest of their moduli.
            var bound = Math.Pow(TensorPrimitives.Norm<double>(power.AsSpan()), 1.0 / count);
            if (bound <= clip)
            {
                return bound;
            }

            if (level == MostLevels || !(Math.Pow(Math.Abs(trace) / power.Rows, 1.0 / count) <= clip))
            {
                return null;
            }

            power = la.Multiply(power, power);
        }

        return null;
    }

    /// <summary>Squarings after which the rest is products.</summary>
    private static int Levels(int order, long count)
    {
        var (best, least) = (0, double.PositiveInfinity);
        for (var levels = 0; levels < 64 - BitOperations.LeadingZeroCount((ulong)count); levels++)
        {
            var cost = (levels * order / SquareAdvantage) + (count >> levels) + levels;
            (best, least) = cost < least ? (levels, cost) : (best, least);
        }

        return best;
    }

    private static Matrix Augmented(Matrix a, double[] change)
    {
        var r = a.Rows;
        var augmented = new Matrix(r + 1, r + 1);
        for (var j = 0; j < r; j++)
        {
            a.Column(j).CopyTo(augmented.Column(j));
        }

        change.CopyTo(augmented.Column(r));
        augmented[r, r] = 1;
        return augmented;
    }
}
