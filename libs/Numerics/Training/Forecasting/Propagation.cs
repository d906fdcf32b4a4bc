using System.Numerics;
using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>
/// Sums of changes, S_N = (1 + A + … + A^(N-1)) e, for several N at once: by eigenvectors, S = W g_N(lambda) W^-1 e
/// with g_N(lambda) = 1 + lambda + … + lambda^(N-1); by powers of A where the eigenvectors are too nearly dependent, or
/// where there are many and none is to be clipped.
/// </summary>
internal static class Propagation
{
    // Eigenvectors that are nearly dependent cancel: what cancels is larger by this much than what is left, and so are
    // rounding errors. Powers do without, so that less is borne where nothing has to be clipped.
    private const double MuchCancelled = 1e4;
    private const double MostCancelled = 1e5;

    private const double MostGrowth = 0.1;

    // Powers cost less than eigenvectors of as many directions, and without a clip do as well.
    private const int FewDirections = 64;

    // What exceeds the clip by less is on it but for rounding, or for what a window can tell (methods N13).
    private const double ClipMargin = 1e-6;

    /// <summary>The sums of each of <paramref name="counts"/>, r × counts. O(r^3 + counts r^2).</summary>
    /// <param name="a">r × r.</param>
    /// <param name="change">e, r long.</param>
    /// <param name="counts">N ≥ 0.</param>
    /// <param name="clip">Eigenvalues beyond this modulus are moved onto it; infinity for none.</param>
    /// <param name="la">The linear algebra to run on.</param>
    public static PropagatedChanges Of(
        Matrix a, double[] change, IReadOnlyList<long> counts, double clip, ILinearAlgebra la)
    {
        if (a.Rows == 0)
        {
            return new PropagatedChanges(new Matrix(0, counts.Count), 0, 0);
        }

        if (a.Rows > FewDirections && double.IsInfinity(clip))
        {
            return new PropagatedChanges(Powers.Sums(a, change, counts, la), 0, 0);
        }

        // What is within this is left as it is.
        var left = Math.Min(Beyond(clip), clip * (1 + (MostGrowth / Math.Max(1, counts.Max()))));
        if (a.Rows > FewDirections && Powers.Bound(a, left, la) is { } bound)
        {
            return new PropagatedChanges(Powers.Sums(a, change, counts, la), bound, 0);
        }

        var (values, vectors) = la.Eigen(a);
        var (largest, beyond) = (values.Max(Complex.Abs), Beyond(clip));
        var basis = RealBasis(values, vectors);
        var coordinates = LinearSolve.Of(basis, change, la);
        var size = TensorPrimitives.Norm<double>(coordinates);
        if (size <= (largest > beyond ? MostCancelled : MuchCancelled) * TensorPrimitives.Norm<double>(change))
        {
            var sums = la.Multiply(basis, Sums(values, coordinates, counts, clip, beyond));
            return new PropagatedChanges(sums, largest, values.Count(value => Complex.Abs(value) > beyond));
        }

        return largest > beyond
            ? new PropagatedChanges(null, largest, 0)
            : new PropagatedChanges(Powers.Sums(a, change, counts, la), largest, 0);
    }

    /// <summary>The modulus that is clipped.</summary>
    public static double Beyond(double clip) => clip * (1 + ClipMargin);

    /// <summary>g_N(lambda), by doubling: exact to rounding for lambda at 1 too. O(log N).</summary>
    public static Complex GeometricSum(Complex lambda, long count)
    {
        var (power, sum) = (Complex.One, Complex.Zero);
        for (var bit = 63 - BitOperations.LeadingZeroCount((ulong)count); bit >= 0; bit--)
        {
            (power, sum) = (power * power, sum * (1 + power));
            if ((count >> bit & 1) == 1)
            {
                (power, sum) = (power * lambda, 1 + (sum * lambda));
            }
        }

        return sum;
    }

    /// <summary>
    /// What a mode's first change comes to, g_N(lambda). A clipped one turns about the same fixed point with a smaller
    /// modulus, at the image's own step too: (lambda_c^(N+1) / lambda - 1) / (lambda - 1).
    /// </summary>
    public static Complex ClippedSum(Complex lambda, long count, double clip, double beyond)
    {
        var modulus = Complex.Abs(lambda);
        if (IsLeft(modulus, count, clip, beyond))
        {
            return GeometricSum(lambda, count);
        }

        var moved = lambda / modulus * clip;
        if (!(modulus > beyond))
        {
            return GeometricSum(moved, count);
        }

        var power = 1 + (GeometricSum(moved, count + 1) * (moved - 1));
        return ((power / lambda) - 1) / (lambda - 1);
    }

    /// <summary>The same of a real eigenvalue.</summary>
    public static double ClippedSum(double lambda, long count, double clip, double beyond)
    {
        var modulus = Math.Abs(lambda);
        if (modulus > beyond)
        {
            return ClippedSum((Complex)lambda, count, clip, beyond).Real;
        }

        var moved = IsLeft(modulus, count, clip, beyond) ? lambda : Math.CopySign(clip, lambda);
        var (power, sum) = (1.0, 0.0);
        for (var bit = 63 - BitOperations.LeadingZeroCount((ulong)count); bit >= 0; bit--)
        {
            (power, sum) = (power * power, sum * (1 + power));
            if ((count >> bit & 1) == 1)
            {
                (power, sum) = (power * moved, 1 + (sum * moved));
            }
        }

        return sum;
    }

    /// <summary>
    /// Whether an eigenvalue stays: within the clip, or so little beyond it that N steps are no growth to speak of.
    /// Those that rounding has split lie on both sides, and cancel only as long as neither is moved.
    /// </summary>
    private static bool IsLeft(double modulus, long count, double clip, double beyond) =>
        modulus <= clip || (modulus <= beyond && count * ((modulus / clip) - 1) <= MostGrowth);

    /// <summary>The eigenvectors as a real matrix: of a conjugate pair the real part and the imaginary one.</summary>
    private static Matrix RealBasis(Complex[] values, ComplexMatrix vectors)
    {
        var basis = new Matrix(vectors.Rows, vectors.Columns);
        for (var j = 0; j < values.Length; j++)
        {
            var imaginary = j > 0 && values[j].Imaginary < 0;
            var vector = vectors.Column(imaginary ? j - 1 : j);
            for (var i = 0; i < vector.Length; i++)
            {
                basis[i, j] = imaginary ? vector[i].Imaginary : vector[i].Real;
            }
        }

        return basis;
    }

    private static Matrix Sums(
        Complex[] values, double[] coordinates, IReadOnlyList<long> counts, double clip, double beyond)
    {
        var sums = new Matrix(values.Length, counts.Count);
        for (var j = 0; j < values.Length; j++)
        {
            var pair = values[j].Imaginary != 0;
            for (var h = 0; h < counts.Count; h++)
            {
                var sum = ClippedSum(values[j], counts[h], clip, beyond);
                if (pair)
                {
                    // 2 Re(w (p - i q) / 2) is p Re w + q Im w.
                    var moved = new Complex(coordinates[j], -coordinates[j + 1]) * sum;
                    (sums[j, h], sums[j + 1, h]) = (moved.Real, -moved.Imaginary);
                }
                else
                {
                    sums[j, h] = coordinates[j] * sum.Real;
                }
            }

            j += pair ? 1 : 0;
        }

        return sums;
    }
}

/// <summary>What <see cref="Propagation"/> found.</summary>
/// <param name="Sums">S_N, r × counts; null where clipping would have needed eigenvectors that are dependent.</param>
/// <param name="LargestModulus">Before clipping; a bound on it, or 0, where no eigenvalue was needed.</param>
/// <param name="Clipped">Eigenvalues that were moved.</param>
internal sealed record PropagatedChanges(Matrix? Sums, double LargestModulus, int Clipped);
