using System.Numerics;
using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Determinants;

/// <summary>
/// Determinants as logarithms: the determinant itself leaves the range of a double long before its logarithm does
/// (0.001 I in 500 dimensions is 1e-1500). Matrices are scaled by a power of two first, so entries from 1e-300 to 1e300
/// are as good as any.
/// </summary>
public static class LogDeterminants
{
    /// <summary>The default relative tolerance under which a singular value counts as zero.</summary>
    public const double DefaultTolerance = 1e-10;

    /// <summary>
    /// log|det A| and its sign, from P A = L U: sum of log|u_ii|. O(n^3). Exactly singular gives (-inf, 0); the 0 × 0
    /// matrix gives (0, 1).
    /// </summary>
    /// <exception cref="ShapeMismatchException">A is not square.</exception>
    /// <exception cref="NonFiniteDataException">A has a NaN or infinite element.</exception>
    public static SignedLogDeterminant LogAbsDet(Matrix a, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(la);
        Guard.Shape(a, a.Rows, a.Rows, "the matrix of a determinant");
        Guard.Finite(a, "the matrix of a determinant");
        if (a.Rows == 0)
        {
            return new SignedLogDeterminant(0, 1);
        }

        var (scaled, exponent) = Normalise(a);
        var (packed, pivots) = la.Lu(scaled);
        var (sum, sign) = (0.0, 1);
        for (var i = 0; i < a.Rows; i++)
        {
            var u = packed[i, i];
            if (u == 0)
            {
                return new SignedLogDeterminant(double.NegativeInfinity, 0);
            }

            sum += Math.Log(Math.Abs(u));
            sign *= Math.Sign(u) * (pivots[i] == i ? 1 : -1);
        }

        return new SignedLogDeterminant(sum + (a.Rows * exponent * Math.Log(2)), sign);
    }

    /// <summary>
    /// log pdet J = sum of log s_i over s_i > tau s_1: the determinant of a map that need not be square or of full
    /// rank. Equals log det(J J') / 2 for full row rank and log det(J' J) / 2 for full column rank. O(m n min(m, n)).
    /// </summary>
    /// <exception cref="NonFiniteDataException">J has a NaN or infinite element.</exception>
    public static PseudoDeterminant LogPdet(Matrix j, double tau, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(j);
        ArgumentNullException.ThrowIfNull(la);
        Guard.Finite(j, "the matrix of a pseudo-determinant");
        if (!(tau >= 0 && tau < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(tau), tau, "a relative tolerance lies in [0, 1)");
        }

        if (Guard.LargestMagnitude(j.AsSpan()) == 0)
        {
            return new PseudoDeterminant(0, 0, double.PositiveInfinity, new double[Math.Min(j.Rows, j.Columns)]);
        }

        var (scaled, exponent) = Normalise(j);
        var logScale = exponent * Math.Log(2);
        var s = la.SingularValues(scaled);
        var (rank, sum) = (0, 0.0);
        while (rank < s.Length && s[rank] > tau * s[0])
        {
            sum += Math.Log(s[rank]) + logScale;
            rank++;
        }

        var gap = rank < s.Length && s[rank] > 0 ? s[rank - 1] / s[rank] : double.PositiveInfinity;
        return new PseudoDeterminant(sum, rank, gap, Array.ConvertAll(s, value => Math.ScaleB(value, exponent)));
    }

    /// <summary>
    /// Sum of log|lambda_i|: the log-determinant of a reduced operator, and the one to use for delay-embedded
    /// operators, whose full matrix is singular. 0 for no eigenvalue, negative infinity when one is zero.
    /// </summary>
    public static double LogEigDet(ReadOnlySpan<Complex> lambda)
    {
        var sum = 0.0;
        foreach (var value in lambda)
        {
            sum += Math.Log(Complex.Abs(value));
        }

        return sum;
    }

    /// <summary>
    /// A / 2^k with the largest magnitude in [1, 2), and k. Exact but for entries 1e-308 below the largest.
    /// </summary>
    private static (Matrix Scaled, int Exponent) Normalise(Matrix a)
    {
        var largest = Guard.LargestMagnitude(a.AsSpan());
        if (largest == 0)
        {
            return (a, 0);
        }

        var exponent = Math.ILogB(largest);
        var scaled = a.Copy();

        // In two steps, because 2^-k itself overflows for denormal matrices.
        TensorPrimitives.Multiply(scaled.AsSpan(), Math.ScaleB(1, -exponent / 2), scaled.AsSpan());
        TensorPrimitives.Multiply(scaled.AsSpan(), Math.ScaleB(1, -exponent - (-exponent / 2)), scaled.AsSpan());
        return (scaled, exponent);
    }
}
