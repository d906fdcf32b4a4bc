namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>
/// The triangular factor of a long matrix on all cores: a few chains of chunks that are folded into a factor each, and
/// the factors joined in pairs (TSQR: Demmel, Grigori, Hoemmen and Langou 2012, SIAM J. Sci. Comput. 34(1)). As stable
/// as one Householder QR. The cut depends on the shape alone.
/// </summary>
internal static class ParallelFactor
{
    private const int MostChains = 4;

    // Below this many columns for each row a chain would spend its time on joining.
    private const int ChainAspect = 3;

    // Columns factored at once: a transposed copy of them is held, and one more factor is joined for each piece.
    private const int PieceColumns = 1024;
    private const int PieceAspect = 8;

    /// <summary>R, p × n with p = min(n, m), of A' = Q R for A, n × m: A A' = R'R. O(n^2 m).</summary>
    public static Matrix TransposedFactor(this ILinearAlgebra la, Matrix a)
    {
        var (n, m) = (a.Rows, a.Columns);
        if (m <= 2 * n)
        {
            return la.TriangularFactor(a.Transpose());
        }

        var chains = Math.Clamp(m / (ChainAspect * n), 1, MostChains);
        var factors = new Matrix[chains];
        Parallel.For(0, chains, i =>
            factors[i] = Chain(la, a, (int)((long)i * m / chains), (int)((i + 1L) * m / chains)));
        return Join(la, factors);
    }

    /// <summary>
    /// R of [R0; A'] = Q R, A n × m with m ≥ n, R0 and R n × n: R0, if there is one, is brought up to date with a part
    /// of the new columns while the others are factored. O(n^2 m).
    /// </summary>
    public static Matrix AppendOnAllCores(this ILinearAlgebra la, Matrix? r0, Matrix a)
    {
        var (n, m) = (a.Rows, a.Columns);
        var factors = new Matrix[Math.Clamp(m / n, 1, MostChains)];
        Parallel.For(0, factors.Length, i =>
        {
            var (start, end) = ((int)((long)i * m / factors.Length), (int)((i + 1L) * m / factors.Length));
            factors[i] = la.AppendToFactor(
                i == 0 ? r0 : null, a.AsSpan()[(start * n)..(end * n)], n, end - start);
        });
        return Join(la, factors);
    }

    private static Matrix Chain(ILinearAlgebra la, Matrix a, int start, int end)
    {
        var (n, piece, r) = (a.Rows, Math.Max(PieceColumns, PieceAspect * a.Rows), default(Matrix));
        for (; start < end; start += piece)
        {
            var count = Math.Min(piece, end - start);
            r = la.AppendToFactor(r, a.AsSpan().Slice(start * n, count * n), n, count);
        }

        return r!;
    }

    private static Matrix Join(ILinearAlgebra la, Matrix[] factors)
    {
        for (var left = factors.Length; left > 1; left = (left + 1) / 2)
        {
            var (pairs, half) = (left / 2, (left + 1) / 2);
            Parallel.For(0, pairs, i => factors[i] = la.JoinFactors(factors[i], factors[half + i]));
        }

        return factors[0];
    }
}
