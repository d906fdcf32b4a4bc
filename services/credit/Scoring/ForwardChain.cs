using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Scoring;

/// <summary>
/// The forward additive variant (methods P0.6): Q_0 = right singular vectors of B_0, J_i Q_{i-1} = Q_i R_i, c_i = sum
/// log |diag R_i|. Its credits sum to LogPdet(B_0) as the telescoped ones do, but a component is measured on the
/// directions that arrive at it.
/// </summary>
internal static class ForwardChain
{
    /// <summary>c_1 … c_L from W_0' and the rank of B_0.</summary>
    public static double[] Credits(IReadOnlyList<ChainLink> chain, Matrix firstFactor, int rank, ILinearAlgebra la)
    {
        // B_0' = U_1 W_0': with the thin SVD W_0' = P S V', the right singular vectors of B_0 are U_1 P, and J_1 U_1 P
        // = G_1 P.
        var (directions, _, _) = la.ThinSvd(firstFactor);
        var arriving = directions.SelectColumns(0, rank);
        var credits = new double[chain.Count];
        for (var i = 0; i < credits.Length; i++)
        {
            var reduced = i == 0 ? arriving : la.Multiply(chain[i].Basis, arriving, transposeA: true);
            var (q, r) = la.ThinQr(la.Multiply(chain[i].ReducedSlope, reduced));
            credits[i] = LogDiagonal(r);
            arriving = q;
        }

        return credits;
    }

    private static double LogDiagonal(Matrix r)
    {
        var sum = 0.0;
        for (var j = 0; j < r.Columns; j++)
        {
            sum += Math.Log(Math.Abs(r[j, j]));
        }

        return sum;
    }
}
