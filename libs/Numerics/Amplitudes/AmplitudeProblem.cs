using System.Numerics;
using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Amplitudes;

/// <summary>
/// ||G - Phi diag(b) V||_F^2 = b^H P b - q^H b - b^H q + s with P = (Phi^H Phi) ∘ conj(V V^H), q = conj(diag(V G^H
/// Phi)), s = ||G||_F^2 (Jovanović, Schmid and Nichols 2014, Phys. Fluids 26, eq. 8): all that amplitudes need to know
/// of the snapshots. V_jk = lambda_j^k. O(n T r + n r^2), made once. Modes of unit norm; several trajectories have
/// amplitudes of their own, one problem each.
/// </summary>
public sealed class AmplitudeProblem
{
    // P squares the condition number: directions below this are not determined, and their amplitudes are the smallest.
    private const double Undetermined = 1e-14;

    private AmplitudeProblem(ComplexMatrix p, Complex[] q, double energy, Complex[] eigenvalues, ILinearAlgebra la) =>
        (P, Q, Energy, Eigenvalues, LinearAlgebra) = (p, q, energy, eigenvalues, la);

    /// <summary>r.</summary>
    public int Count => Q.Length;

    internal ComplexMatrix P { get; }

    internal Complex[] Q { get; }

    internal double Energy { get; }

    internal Complex[] Eigenvalues { get; }

    internal ILinearAlgebra LinearAlgebra { get; }

    /// <summary>The price above which no amplitude is worth it: 2 max |q_j|.</summary>
    public double LargestGamma => Q.Length == 0 ? 0 : 2 * Q.Max(Complex.Abs);

    /// <summary>The problem of one trajectory.</summary>
    /// <param name="fitted">An operator without inputs; its modes and eigenvalues are used.</param>
    /// <param name="trajectory">n × T, T ≥ 1, evenly spaced by the operator's step.</param>
    /// <param name="la">The linear algebra to run on.</param>
    /// <exception cref="ShapeMismatchException">The trajectory has another width, or no snapshot.</exception>
    /// <exception cref="NonFiniteDataException">
    /// The trajectory is not finite, or lambda^T is beyond what a double holds.
    /// </exception>
    public static AmplitudeProblem Of(KoopmanOperator fitted, Matrix trajectory, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(fitted);
        ArgumentNullException.ThrowIfNull(trajectory);
        ArgumentNullException.ThrowIfNull(la);
        Guard.Shape(trajectory, fitted.StateWidth, Math.Max(1, trajectory.Columns), "the trajectory");
        Guard.Finite(trajectory, "the trajectory");
        return Of(fitted.Spectrum.Modes, fitted.Spectrum.Eigenvalues.ToArray(), trajectory, la);
    }

    /// <summary>The same of modes (n × r, conjugates adjacent) that no operator holds; the trajectory is finite.</summary>
    internal static AmplitudeProblem Of(
        ComplexMatrix modes, Complex[] eigenvalues, Matrix trajectory, ILinearAlgebra la)
    {
        var powers = Powers(eigenvalues, trajectory.Columns);
        var gram = Gram(modes, la);
        var overlaps = Gram(powers, la);
        var seen = ComplexParts.Times(la, trajectory.Transpose(), modes);
        var (p, q) = (new ComplexMatrix(eigenvalues.Length, eigenvalues.Length), new Complex[eigenvalues.Length]);
        for (var j = 0; j < q.Length; j++)
        {
            for (var i = 0; i < q.Length; i++)
            {
                // powers holds V': its Gram matrix is conj(V V^H).
                p[i, j] = gram[i, j] * overlaps[i, j];
            }

            for (var k = 0; k < trajectory.Columns; k++)
            {
                q[j] += Complex.Conjugate(seen[k, j] * powers[k, j]);
            }
        }

        Guard.Finite(ComplexParts.RealForm(p), "the matrix of overlapping modes");
        return new AmplitudeProblem(p, q, trajectory.Energy(), eigenvalues, la);
    }

    /// <summary>||G - Phi diag(b) V||_F / ||G||_F; 0 for zero snapshots.</summary>
    public double Loss(ReadOnlySpan<Complex> b)
    {
        Guard.Length(b.Length, Count, "the list of amplitudes");
        var sum = 0.0;
        for (var j = 0; j < b.Length; j++)
        {
            var pb = Complex.Zero;
            for (var i = 0; i < b.Length; i++)
            {
                pb += P[j, i] * b[i];
            }

            sum += (Complex.Conjugate(b[j]) * (pb - (2 * Q[j]))).Real;
        }

        return Energy > 0 ? Math.Sqrt(Math.Max(0, sum + Energy) / Energy) : 0;
    }

    /// <summary>argmin over amplitudes that are zero outside <paramref name="kept"/>; minimum norm. O(r^3).</summary>
    internal Complex[] Solve(IReadOnlyList<int> kept)
    {
        var b = new Complex[Count];
        if (kept.Count == 0)
        {
            return b;
        }

        var (part, right) = (new ComplexMatrix(kept.Count, kept.Count), new Matrix(2 * kept.Count, 1));
        var scale = Scales(kept);
        for (var j = 0; j < kept.Count; j++)
        {
            for (var i = 0; i < kept.Count; i++)
            {
                part[i, j] = P[kept[i], kept[j]] * scale[i] * scale[j];
            }

            (right[j, 0], right[j + kept.Count, 0]) = (Q[kept[j]].Real * scale[j], Q[kept[j]].Imaginary * scale[j]);
        }

        var (values, vectors) = LinearAlgebra.SymmetricEigen(ComplexParts.RealForm(part));
        var inverse = Array.ConvertAll(values, value => value > Undetermined * values[0] ? 1 / value : 0);
        var x = LinearAlgebra.Multiply(
            vectors, LinearAlgebra.Multiply(vectors, right, transposeA: true).ScaleRows(inverse));
        for (var j = 0; j < kept.Count; j++)
        {
            b[kept[j]] = new Complex(x[j, 0], x[j + kept.Count, 0]) * scale[j];
        }

        MakeConjugate(b);
        return b;
    }

    /// <summary>Makes amplitudes of conjugate modes conjugates to the last bit, and those of real modes real.</summary>
    internal void MakeConjugate(Span<Complex> b)
    {
        for (var j = 0; j < b.Length; j++)
        {
            if (Eigenvalues[j].Imaginary > 0 && j + 1 < b.Length)
            {
                b[j] = 0.5 * (b[j] + Complex.Conjugate(b[j + 1]));
                b[j + 1] = Complex.Conjugate(b[j]);
                j++;
            }
            else if (Eigenvalues[j].Imaginary == 0)
            {
                b[j] = b[j].Real;
            }
        }
    }

    // Modes that decay at once have tiny diagonals: at unit diagonal they are told from undetermined ones.
    private double[] Scales(IReadOnlyList<int> kept)
    {
        var scales = new double[kept.Count];
        for (var j = 0; j < scales.Length; j++)
        {
            var diagonal = P[kept[j], kept[j]].Real;
            scales[j] = diagonal > 0 ? 1 / Math.Sqrt(diagonal) : 0;
        }

        return scales;
    }

    // T × r, its element (k, j) lambda_j^k.
    private static ComplexMatrix Powers(Complex[] eigenvalues, int count)
    {
        var powers = new ComplexMatrix(count, eigenvalues.Length);
        for (var j = 0; j < eigenvalues.Length; j++)
        {
            var power = Complex.One;
            for (var k = 0; k < count; k++)
            {
                powers[k, j] = power;
                power *= eigenvalues[j];
            }
        }

        return powers;
    }

    /// <summary>W^H W through real products.</summary>
    private static ComplexMatrix Gram(ComplexMatrix w, ILinearAlgebra la)
    {
        var (re, im) = (ComplexParts.Part(w, real: true), ComplexParts.Part(w, real: false));
        var real = la.Multiply(re, re, transposeA: true);
        TensorPrimitives.Add(real.AsSpan(), la.Multiply(im, im, transposeA: true).AsSpan(), real.AsSpan());
        var cross = la.Multiply(re, im, transposeA: true);
        var gram = new ComplexMatrix(w.Columns, w.Columns);
        for (var j = 0; j < w.Columns; j++)
        {
            for (var i = 0; i < w.Columns; i++)
            {
                gram[i, j] = new Complex(real[i, j], cross[i, j] - cross[j, i]);
            }
        }

        return gram;
    }
}
