using System.Numerics;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>Amplitudes, importance and canonical modes of eigenpairs that are in canonical order already.</summary>
internal static class SpectrumAssembly
{
    // Amplitudes along dependent eigenvectors are split evenly, not blown up. Rounding parts the vectors of a double
    // eigenvalue by about sqrt(eps), so closer ones count as one.
    private const double Dependence = 1e-7;

    /// <param name="eigenvalues">lambda_j, r long.</param>
    /// <param name="residuals">Relative residuals, r long, or empty.</param>
    /// <param name="vectors">w_j, r × r.</param>
    /// <param name="modes">State modes, n × r, not normalised; overwritten.</param>
    /// <param name="starts">z_0 of initial states, r × t, t ≥ 1.</param>
    /// <param name="la">The linear algebra to run on.</param>
    public static KoopmanSpectrum Of(
        ReadOnlyMemory<Complex> eigenvalues, ReadOnlyMemory<double> residuals, ComplexMatrix vectors,
        ComplexMatrix modes, Matrix starts, ILinearAlgebra la)
    {
        var r = eigenvalues.Length;
        var amplitudes = r == 0 ? new ComplexMatrix(0, starts.Columns) : Solve(vectors, starts, la);
        var (importance, first) = (new double[r], new Complex[r]);
        for (var j = 0; j < r; j++)
        {
            // With the mode's norm and phase moved into it, the amplitude is that of a unit mode.
            var scale = Normalise(modes.Column(j));
            first[j] = amplitudes[j, 0] * scale;
            for (var t = 0; t < starts.Columns; t++)
            {
                importance[j] += Complex.Abs(amplitudes[j, t] * scale) / starts.Columns;
            }
        }

        return new KoopmanSpectrum
        {
            Eigenvalues = eigenvalues,
            Residuals = residuals,
            Importance = importance,
            Amplitudes = first,
            Modes = modes,
            Vectors = vectors,
        };
    }

    /// <summary>Makes a mode canonical and returns s with old mode = s · new mode; 0 for a zero mode.</summary>
    private static Complex Normalise(Span<Complex> mode)
    {
        var norm = Math.Sqrt(ComplexParts.SumOfSquares(mode));
        if (norm == 0)
        {
            return 0;
        }

        var largest = 0;
        for (var i = 1; i < mode.Length; i++)
        {
            largest = Complex.Abs(mode[i]) > Complex.Abs(mode[largest]) ? i : largest;
        }

        var before = mode[largest];
        EigenPairs.Normalise(mode);
        CanonicalOrder.FixPhase(mode);
        return before / mode[largest];
    }

    /// <summary>argmin ||z_0 - W b|| for each initial state, minimum norm: r × t.</summary>
    private static ComplexMatrix Solve(ComplexMatrix vectors, Matrix starts, ILinearAlgebra la)
    {
        var r = vectors.Columns;
        var (u, s, vt) = la.ThinSvd(ComplexParts.RealForm(vectors));
        var stacked = new Matrix(2 * r, starts.Columns);
        for (var t = 0; t < starts.Columns; t++)
        {
            starts.Column(t).CopyTo(stacked.Column(t));
        }

        var inverse = Array.ConvertAll(s, value => value > Dependence * s[0] ? 1 / value : 0);
        var b = la.Multiply(vt, la.Multiply(u, stacked, transposeA: true).ScaleRows(inverse), transposeA: true);
        var amplitudes = new ComplexMatrix(r, starts.Columns);
        for (var t = 0; t < starts.Columns; t++)
        {
            for (var i = 0; i < r; i++)
            {
                amplitudes[i, t] = new Complex(b[i, t], b[i + r, t]);
            }
        }

        return amplitudes;
    }
}
