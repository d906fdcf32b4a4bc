using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// Second moments of the delay pairs of trajectories in memory, without the delay vectors: with g_k = [z_k; z_(k-1); …;
/// z_(k-q)] the block (i, j) of H = sum of g_k g_k' is the sum of z_(k-i) z_(k-j)', so that along a diagonal
/// H(i+1, j+1) = H(i, j) + z_(q-1-i) z_(q-1-j)' - z_(T-1-i) z_(T-1-j)' for each trajectory z_0 … z_(T-1). Only the
/// first block row is summed: (q + 1) n^2 multiplications a state instead of (q n)^2. X holds blocks 1 … q of g_k, Y
/// blocks 0 … q - 1; every pair counts once.
/// </summary>
/// <remarks>
/// Rounding is that of summed products, once more the largest of them at most q times: as for every product of data,
/// directions below 1e-7 of the largest are lost. Streams, whose states are not there to be read again, have <see
/// cref="LagSums"/>.
/// </remarks>
internal static class LagProducts
{
    // Wider states fill all cores with one lag's product.
    private const int WideState = 256;

    /// <summary>
    /// Of n × T trajectories, at least one longer than q; those of at most q states make no pair. O(q n^2) a state and
    /// O((q n)^2) a trajectory; memory (q n)^2 + 3 (q + 1) n^2, and 4 q n a trajectory.
    /// </summary>
    public static DelayProducts Of(IReadOnlyList<Matrix> trajectories, int delays, ILinearAlgebra la)
    {
        var (n, used, count) = (trajectories[0].Rows, new List<Matrix>(), 0L);
        var (high, low) = (new Matrix(n, n * (delays + 1)), new Matrix(n, n * (delays + 1)));
        foreach (var states in trajectories)
        {
            if (states.Columns > delays)
            {
                CompensatedSum.Add(high.AsSpan(), low.AsSpan(), FirstRow(states, delays, la).AsSpan());
                used.Add(states);
                count += states.Columns - delays;
            }
        }

        TensorPrimitives.Add(high.AsSpan(), low.AsSpan(), high.AsSpan());
        return new DelayProducts(Xx(high, Corrections(used, delays, la)), high, count);
    }

    /// <summary>X X' = H(1…q, 1…q), down the diagonals, in place of the corrections.</summary>
    private static Matrix Xx(Matrix row, Matrix corrections)
    {
        var (n, order, xx) = (row.Rows, corrections.Rows, corrections);
        for (var j = 0; j < order; j++)
        {
            var column = xx.Column(j);
            TensorPrimitives.Add(column[..n], row.Column(j), column[..n]);
            if (j >= n)
            {
                var above = xx.Column(j - n)[..(order - n)];
                TensorPrimitives.Add(column[n..], above, column[n..]);
            }
        }

        LinearAlgebraExtensions.MirrorUpper(xx);
        return xx;
    }

    /// <summary>Sum over trajectories of head head' - tail tail', the newest state of each on top.</summary>
    private static Matrix Corrections(List<Matrix> trajectories, int delays, ILinearAlgebra la)
    {
        var (n, count) = (trajectories[0].Rows, trajectories.Count);
        var left = new Matrix(n * delays, 2 * count);
        for (var t = 0; t < count; t++)
        {
            var states = trajectories[t];
            for (var block = 0; block < delays; block++)
            {
                states.Column(delays - 1 - block).CopyTo(left.Column(t)[(block * n)..]);
                states.Column(states.Columns - 1 - block).CopyTo(left.Column(count + t)[(block * n)..]);
            }
        }

        var right = left.Copy();
        var tails = right.AsSpan()[(right.Rows * count)..];
        TensorPrimitives.Negate(tails, tails);
        return la.Outer(left, right);
    }

    /// <summary>H(0, j) for j = 0 … q of one trajectory: n × n (q + 1).</summary>
    private static Matrix FirstRow(Matrix states, int delays, ILinearAlgebra la)
    {
        var (n, count) = (states.Rows, states.Columns - delays);
        var row = new Matrix(n, n * (delays + 1));
        var values = states.AsMemory();
        var newest = values.Slice(delays * n, count * n);
        if (n >= WideState)
        {
            for (var lag = 0; lag <= delays; lag++)
            {
                var earlier = values.Slice((delays - lag) * n, count * n);
                var product = lag == 0 ? la.Syrk(newest, n, count) : la.Outer(newest, n, earlier, n, count);
                product.AsSpan().CopyTo(row.AsSpan().Slice(lag * n * n, n * n));
            }

            return row;
        }

        ParallelProducts.Columns(delays + 1, (long)n * n * count * (delays + 1), (first, lags) =>
        {
            for (var lag = first; lag < first + lags; lag++)
            {
                la.Gemm(
                    false, true, n, n, count, 1, newest.Span, n, values.Span.Slice((delays - lag) * n, count * n), n,
                    0, row.AsSpan().Slice(lag * n * n, n * n), n);
            }
        });
        return row;
    }
}
