using System.Numerics;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Spectra;

/// <summary>
/// Ritz pairs of the operator U → B and their refinement, all in the coordinates of [U B] = Q [R11 R12; 0 R22]: with U
/// orthonormal R11 is diagonal with entries ±1, so Atil = R11 R12, and ||B w - lambda U w|| = ||[Atil - lambda I; R22]
/// w||.
/// </summary>
internal static class RitzPairs
{
    /// <summary>The spectrum, its first <paramref name="refine"/> pairs refined.</summary>
    public static DmdSpectrum Of(SnapshotBasis basis, int refine, ILinearAlgebra la)
    {
        var k = basis.Rank.Rank;
        var (atil, r22) = Compress(basis, la);
        var stack = atil.Above(r22);
        var (values, vectors) = k == 0 ? ([], new ComplexMatrix(0, 0)) : la.Eigen(atil);
        (values, vectors) = CanonicalOrder.Of(values, vectors);
        var ritz = Residuals(atil, r22, values, vectors, la);
        var (residuals, improved) = ((double[])ritz.Clone(), (Complex[])values.Clone());
        var refined = Refine(new ResidualForm(stack, la), values, vectors, residuals, refine);
        Improve(atil, values, vectors, improved, refined, la);
        return new DmdSpectrum
        {
            Eigenvalues = values,
            ImprovedValues = improved,
            Residuals = residuals,
            RitzResiduals = ritz,
            Refined = refined,
            Vectors = vectors,
            ReducedOperator = atil,
            Basis = basis.U,
            Image = basis.B,
            ImageNorm = k == 0 ? 0 : la.SingularValues(stack)[0],
            SingularValues = basis.S,
            Rank = basis.Rank,
            Method = basis.Method,
            ConditionNumber = basis.ConditionNumber,
        };
    }

    /// <summary>Atil and R22 (min(n - k, k) × k).</summary>
    private static (Matrix Atil, Matrix R22) Compress(SnapshotBasis basis, ILinearAlgebra la)
    {
        var k = basis.U.Columns;
        if (k == 0)
        {
            return (new Matrix(0, 0), new Matrix(0, 0));
        }

        var r = la.TriangularFactor(basis.U.Beside(basis.B));
        var signs = new double[k];
        for (var i = 0; i < k; i++)
        {
            signs[i] = r[i, i] < 0 ? -1 : 1;
        }

        var right = r.SelectColumns(k, k);
        return (right.SelectRows(0, k).ScaleRows(signs), right.SelectRows(k, r.Rows - k));
    }

    /// <summary>||[Atil - lambda_i I; R22] w_i|| for every pair. O(k^3).</summary>
    private static double[] Residuals(
        Matrix atil, Matrix r22, Complex[] values, ComplexMatrix vectors, ILinearAlgebra la)
    {
        var (top, bottom) = (ComplexParts.Times(la, atil, vectors), ComplexParts.Times(la, r22, vectors));
        var residuals = new double[values.Length];
        for (var j = 0; j < values.Length; j++)
        {
            var column = top.Column(j);
            var w = vectors.Column(j);
            for (var i = 0; i < column.Length; i++)
            {
                column[i] -= values[j] * w[i];
            }

            residuals[j] = Math.Sqrt(ComplexParts.SumOfSquares(column) + ComplexParts.SumOfSquares(bottom.Column(j)));
        }

        return residuals;
    }

    /// <summary>
    /// Replaces the leading vectors where that lowers the residual; returns how many pairs were treated.
    /// </summary>
    private static int Refine(
        ResidualForm form, Complex[] values, ComplexMatrix vectors, double[] residuals, int limit)
    {
        var j = 0;
        while (j < values.Length && j < limit)
        {
            var (sigma, w) = form.Smallest(values[j], vectors.Column(j));
            if (sigma < residuals[j])
            {
                residuals[j] = sigma;
                w.CopyTo(vectors.Column(j));
                CanonicalOrder.FixPhase(vectors.Column(j));
            }

            if (values[j++].Imaginary > 0)
            {
                residuals[j] = residuals[j - 1];
                CanonicalOrder.ConjugateTo(vectors.Column(j - 1), vectors.Column(j));
                j++;
            }
        }

        return j;
    }

    /// <summary>rho_i = w_i^H Atil w_i for the refined pairs.</summary>
    private static void Improve(
        Matrix atil, Complex[] values, ComplexMatrix vectors, Complex[] improved, int refined, ILinearAlgebra la)
    {
        if (refined == 0)
        {
            return;
        }

        var images = ComplexParts.Times(la, atil, vectors);
        for (var j = 0; j < refined; j++)
        {
            var w = vectors.Column(j);
            var image = images.Column(j);
            var sum = Complex.Zero;
            for (var i = 0; i < w.Length; i++)
            {
                sum += Complex.Conjugate(w[i]) * image[i];
            }

            improved[j] = values[j].Imaginary == 0 ? sum.Real : sum;
        }
    }
}
