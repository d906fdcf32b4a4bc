using System.Numerics;

namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>
/// Smallest singular pair of an upper triangular complex R (n × n) by inverse iteration on R^H R: two triangular solves
/// a step, where a full SVD costs several times the QR that made R. It converges at the rate (sigma_n /
/// sigma_(n-1))^2, which for the residual matrices of refined Ritz vectors is fast; where it isn't, the caller takes
/// the SVD. (Golub and Van Loan, Matrix Computations, 4th ed., section 8.2.2.)
/// </summary>
internal static class SmallestSingular
{
    private const int MostSteps = 30;
    private const double Settled = 64 * 2.2e-16;
    private const int StartSeed = 20_240_917;

    /// <summary>
    /// The pair, or null when the iteration has not settled (a cluster at the bottom, or R singular).
    /// </summary>
    public static (double Sigma, Complex[] W)? ByInverseIteration(ComplexMatrix r)
    {
        var n = r.Columns;
        var w = StartVector(n);
        var next = new Complex[n];
        for (var step = 0; step < MostSteps; step++)
        {
            w.CopyTo(next, 0);
            if (!SolveConjugateTransposed(r, next) || !Solve(r, next))
            {
                return null;
            }

            EigenPairs.Normalise(next);
            var change = Distance(w, next);
            (w, next) = (next, w);

            // Written so that a NaN ends in the SVD as well.
            if (!(change <= 2))
            {
                return null;
            }

            if (change <= Settled * Math.Sqrt(n) && step > 0)
            {
                return (NormOfProduct(r, w), w);
            }
        }

        return null;
    }

    /// <summary>The seam asks for m ≥ n ≥ 1 and finite elements.</summary>
    public static void RequireTall(string routine, ComplexMatrix a)
    {
        if (a.Columns == 0 || a.Rows < a.Columns)
        {
            throw new ArgumentException(
                "the smallest singular pair needs at least as many rows as columns and one column, "
                + $"got {a.Rows} x {a.Columns}",
                nameof(a));
        }

        foreach (var element in a.AsSpan())
        {
            if (!Complex.IsFinite(element))
            {
                throw new NotConvergedException(routine, a.Rows, a.Columns);
            }
        }
    }

    /// <summary>Upper triangle of the first n rows of an m × n column-major array.</summary>
    public static ComplexMatrix UpperOf(ReadOnlySpan<Complex> packed, int m, int n)
    {
        var upper = new ComplexMatrix(n, n);
        for (var j = 0; j < n; j++)
        {
            packed.Slice(j * m, j + 1).CopyTo(upper.Column(j));
        }

        return upper;
    }

    /// <summary>The right singular vector that is the conjugate of V^H's last row.</summary>
    public static (double Sigma, Complex[] W) LastRow(double sigma, ComplexMatrix vh)
    {
        var w = new Complex[vh.Columns];
        for (var j = 0; j < w.Length; j++)
        {
            w[j] = Complex.Conjugate(vh[vh.Rows - 1, j]);
        }

        return (sigma, w);
    }

    // Pseudo-random, so that no structure of the data is orthogonal to it; the same every time, so that results repeat.
    private static Complex[] StartVector(int n)
    {
        var random = new Random(StartSeed);
        var start = new Complex[n];
        for (var i = 0; i < n; i++)
        {
            start[i] = new Complex(random.NextDouble() - 0.5, random.NextDouble() - 0.5);
        }

        EigenPairs.Normalise(start);
        return start;
    }

    private static bool SolveConjugateTransposed(ComplexMatrix r, Span<Complex> x)
    {
        for (var j = 0; j < x.Length; j++)
        {
            ReadOnlySpan<Complex> column = r.Column(j);
            var (re, im) = (x[j].Real, x[j].Imaginary);
            for (var i = 0; i < j; i++)
            {
                re -= (column[i].Real * x[i].Real) + (column[i].Imaginary * x[i].Imaginary);
                im -= (column[i].Real * x[i].Imaginary) - (column[i].Imaginary * x[i].Real);
            }

            if (column[j] == Complex.Zero)
            {
                return false;
            }

            x[j] = new Complex(re, im) / Complex.Conjugate(column[j]);
        }

        return true;
    }

    private static bool Solve(ComplexMatrix r, Span<Complex> x)
    {
        for (var j = x.Length - 1; j >= 0; j--)
        {
            ReadOnlySpan<Complex> column = r.Column(j);
            if (column[j] == Complex.Zero)
            {
                return false;
            }

            var value = x[j] / column[j];
            x[j] = value;
            for (var i = 0; i < j; i++)
            {
                x[i] -= column[i] * value;
            }
        }

        return true;
    }

    private static double Distance(ReadOnlySpan<Complex> a, ReadOnlySpan<Complex> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            var (re, im) = (a[i].Real - b[i].Real, a[i].Imaginary - b[i].Imaginary);
            sum += (re * re) + (im * im);
        }

        return Math.Sqrt(sum);
    }

    private static double NormOfProduct(ComplexMatrix r, ReadOnlySpan<Complex> w)
    {
        var product = new Complex[w.Length];
        for (var j = 0; j < w.Length; j++)
        {
            ReadOnlySpan<Complex> column = r.Column(j);
            for (var i = 0; i <= j; i++)
            {
                product[i] += column[i] * w[j];
            }
        }

        var largest = product.Max(Complex.Abs);
        return largest == 0 ? 0 : largest * Math.Sqrt(product.Sum(value => Math.Pow(Complex.Abs(value) / largest, 2)));
    }
}
