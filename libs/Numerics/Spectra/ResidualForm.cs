using System.Numerics;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Spectra;

/// <summary>M(lambda) = [Atil - lambda I; R22], whose smallest singular pair is the refined Ritz vector of lambda.</summary>
internal sealed class ResidualForm(Matrix atil, Matrix r22)
{
    /// <summary>sigma_min(M(lambda)) and its right singular vector, ||w|| = 1.</summary>
    public (double Sigma, Complex[] W) Smallest(Complex lambda, ReadOnlySpan<Complex> start, ILinearAlgebra la)
    {
        _ = start;
        return la.SmallestSingularPair(At(lambda));
    }

    private ComplexMatrix At(Complex lambda)
    {
        var k = atil.Columns;
        var m = new ComplexMatrix(k + r22.Rows, k);
        for (var j = 0; j < k; j++)
        {
            var column = m.Column(j);
            for (var i = 0; i < k; i++)
            {
                column[i] = atil[i, j];
            }

            column[j] -= lambda;
            for (var i = 0; i < r22.Rows; i++)
            {
                column[k + i] = r22[i, j];
            }
        }

        return m;
    }
}
