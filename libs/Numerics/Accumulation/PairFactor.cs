using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// First moments of joint snapshots s = [x; y], and the second ones as a triangular factor that was never squared.
/// </summary>
/// <param name="BeforeWidth">n.</param>
/// <param name="AfterWidth">p.</param>
/// <param name="Count">Total weight of the snapshots; their number when every weight is one.</param>
/// <param name="Mean">Mean of s, length n + p.</param>
/// <param name="Factor">
/// R with R'R = sum of (s - mean)(s - mean)', (n + p) × (n + p) upper triangular, non-negative diagonal. Its leading n
/// × n block is the factor of the centred X, the n × p block beside it R_xy, so that a least-squares fit of Y on X
/// needs only those.
/// </param>
public sealed record PairFactor(int BeforeWidth, int AfterWidth, double Count, double[] Mean, Matrix Factor)
{
    /// <summary>The same moments as products.</summary>
    public PairMoments ToMoments(ILinearAlgebra algebra) =>
        new(BeforeWidth, AfterWidth, Count, (double[])Mean.Clone(), algebra.SymmetricProduct(Factor, transpose: true));

    internal static PairFactor From(int before, int after, double count, (Matrix Rows, double[] Shift)? factor)
    {
        var (mean, centred) = factor is { } known
            ? QrState.Split(known.Rows, known.Shift)
            : (new double[before + after], new Matrix(before + after, before + after));
        return new PairFactor(before, after, count, mean, centred);
    }
}
