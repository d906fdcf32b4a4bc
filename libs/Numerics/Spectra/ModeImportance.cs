using System.Numerics;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Spectra;

/// <summary>
/// Ranks modes by how much of the data they carry. With unit modes z_i = U w_i and x ≈ sum of b_i z_i, the importance
/// is |b_i|, the eigenfunction at x with the mode's norm moved into it.
/// </summary>
public static class ModeImportance
{
    // Amplitudes along dependent eigenvectors (a defective operator) are split evenly, not blown up.
    private const double Dependence = 1e-10;
    private const double NoGrowth = 1e-12;

    /// <summary>
    /// b = argmin ||x - Z b|| for every state (minimum norm where modes depend on each other), and its mean modulus per
    /// mode. O(n r t + r^3).
    /// </summary>
    /// <param name="spectrum">The decomposition, r modes.</param>
    /// <param name="states">n × t, t ≥ 1, in the coordinates of the snapshots (delay-embedded if those were).</param>
    /// <param name="la">The linear algebra to run on.</param>
    public static ModeImportances Of(DmdSpectrum spectrum, Matrix states, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(la);
        Guard.Shape(states, spectrum.Basis.Rows, Math.Max(1, states.Columns), "the states to rank modes on");
        Guard.Finite(states, "the states to rank modes on");
        var r = spectrum.Basis.Columns;
        var amplitudes = r == 0 ? new ComplexMatrix(0, states.Columns) : Solve(spectrum, states, la);
        var importance = new double[r];
        for (var j = 0; j < states.Columns; j++)
        {
            for (var i = 0; i < r; i++)
            {
                importance[i] += Complex.Abs(amplitudes[i, j]) / states.Columns;
            }
        }

        var order = Enumerable.Range(0, r).OrderByDescending(i => importance[i]).ToArray();
        return new ModeImportances(importance, order, amplitudes);
    }

    /// <summary>
    /// The energy of a mode averaged over a window: |b| sqrt((exp(2 g T) - 1) / (2 g T)), g = log|lambda| / dt, T =
    /// window; |b| when |g T| is negligible, 0 for lambda = 0.
    /// </summary>
    public static double OverTime(Complex amplitude, Complex lambda, double dt, double window)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dt);
        ArgumentOutOfRangeException.ThrowIfNegative(window);
        var growth = 2 * Math.Log(Complex.Abs(lambda)) / dt * window;
        if (double.IsNegativeInfinity(growth))
        {
            return 0;
        }

        return Complex.Abs(amplitude) * (Math.Abs(growth) < NoGrowth ? 1 : Math.Sqrt(ExpM1(growth) / growth));
    }

    // exp(x) - 1, which as written loses the digits that matter near a fixed point.
    private static double ExpM1(double x) =>
        Math.Abs(x) < 1 ? 2 * Math.Sinh(0.5 * x) * Math.Exp(0.5 * x) : Math.Exp(x) - 1;

    private static ComplexMatrix Solve(DmdSpectrum spectrum, Matrix states, ILinearAlgebra la)
    {
        var r = spectrum.Basis.Columns;
        var target = la.Multiply(spectrum.Basis, states, transposeA: true);
        var (u, s, vt) = la.ThinSvd(ComplexParts.RealForm(spectrum.Vectors));
        var stacked = new Matrix(2 * r, states.Columns);
        for (var j = 0; j < states.Columns; j++)
        {
            target.Column(j).CopyTo(stacked.Column(j));
        }

        var inverse = Array.ConvertAll(s, value => value > Dependence * s[0] ? 1 / value : 0);
        var b = la.Multiply(vt, la.Multiply(u, stacked, transposeA: true).ScaleRows(inverse), transposeA: true);
        var amplitudes = new ComplexMatrix(r, states.Columns);
        for (var j = 0; j < states.Columns; j++)
        {
            for (var i = 0; i < r; i++)
            {
                amplitudes[i, j] = new Complex(b[i, j], b[i + r, j]);
            }
        }

        return amplitudes;
    }
}
