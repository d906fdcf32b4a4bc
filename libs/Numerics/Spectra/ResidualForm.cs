using System.Numerics;
using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Spectra;

/// <summary>
/// M(lambda) = [Atil - lambda I; R22], whose smallest singular pair is the refined Ritz vector of lambda. Small ones
/// are decomposed; for large ones the unit w of least ||M w|| is sought among the steps of inverse iteration on M^H M,
/// in real arithmetic and from the Ritz vector on. The minimum over their span is taken on M itself, so nothing
/// reported is squared and no residual is above the Ritz vector's; the optimum is met to about 1e-8 ||M||.
/// </summary>
internal sealed class ResidualForm
{
    private const int DecomposeUpTo = 64;
    private const int RoundSteps = 8;
    private const int MostRounds = 4;
    private const int ShiftTrials = 3;
    private const double Settled = 1 - 1e-6;

    private readonly Matrix _stack;
    private readonly int _k;
    private readonly ILinearAlgebra _la;
    private readonly Lazy<Matrix> _gram;

    public ResidualForm(Matrix stack, ILinearAlgebra la)
    {
        (_stack, _k, _la) = (stack, stack.Columns, la);
        _gram = new Lazy<Matrix>(() => la.SymmetricProduct(stack, transpose: true));
    }

    /// <summary>Least ||M(lambda) w|| found, and its unit w.</summary>
    public (double Residual, Complex[] W) Smallest(Complex lambda, ReadOnlySpan<Complex> ritz) =>
        _k <= DecomposeUpTo ? _la.SmallestSingularPair(At(lambda)) : ByInverseIteration(lambda, ritz);

    private (double Residual, Complex[] W) ByInverseIteration(Complex lambda, ReadOnlySpan<Complex> ritz)
    {
        var best = (Residual: double.PositiveInfinity, W: ritz.ToArray());
        if (Factor(lambda) is not { } l)
        {
            return best;
        }

        var start = RealParts(ritz, l.Rows);
        for (var round = 0; round < MostRounds; round++)
        {
            var q = _la.ThinQr(Krylov(l, start)).Q;
            var (_, sigma, vt) = _la.ThinSvd(Image(lambda, q));
            start = _la.Multiply(q, vt.Transpose().Column(vt.Rows - 1));
            var residual = sigma[^1];
            var settled = residual >= Settled * best.Residual;
            if (residual < best.Residual)
            {
                best = (residual, Complexes(start));
            }

            if (settled)
            {
                break;
            }
        }

        return best;
    }

    /// <summary>x, G^(-1) x, G^(-2) x, … normalised, as columns: inverse iteration that forgets nothing.</summary>
    private Matrix Krylov(Matrix l, double[] start)
    {
        var columns = new Matrix(l.Rows, Math.Min(RoundSteps, l.Rows));
        var x = new Matrix(l.Rows, 1, start);
        for (var j = 0; j < columns.Columns; j++)
        {
            if (j > 0)
            {
                x = _la.SolveLower(l, _la.SolveLower(l, x, transpose: false), transpose: true);
                TensorPrimitives.Divide(x.AsSpan(), TensorPrimitives.Norm<double>(x.AsSpan()), x.AsSpan());
            }

            x.AsSpan().CopyTo(columns.Column(j));
        }

        return columns;
    }

    /// <summary>M(lambda) Q for Q in real parts, [Re; Im] or Re alone; the image in the same parts.</summary>
    private Matrix Image(Complex lambda, Matrix q)
    {
        // Column by column [Re; Im] is [Re, Im] side by side: the same numbers, half as tall.
        var parts = q.Rows / _k;
        var w = new Matrix(_k, parts * q.Columns, q.AsSpan().ToArray());
        var image = _la.Multiply(_stack, w);
        for (var j = 0; j < w.Columns; j += parts)
        {
            for (var i = 0; i < _k; i++)
            {
                var (u, v) = (w[i, j], parts == 2 ? w[i, j + 1] : 0);
                image[i, j] -= (lambda.Real * u) - (lambda.Imaginary * v);
                if (parts == 2)
                {
                    image[i, j + 1] -= (lambda.Real * v) + (lambda.Imaginary * u);
                }
            }
        }

        return new Matrix(parts * _stack.Rows, q.Columns, image.AsSpan().ToArray());
    }

    /// <summary>
    /// Cholesky factor of M^H M + shift I, as [[Re, -Im], [Im, Re]] unless lambda is real; the shift is at the level of
    /// round-off. Re = C'C - a (Atil + Atil') + |lambda|^2 I, Im = b (Atil - Atil') for lambda = a + b i and C = [Atil;
    /// R22].
    /// </summary>
    private Matrix? Factor(Complex lambda)
    {
        var (a, b) = (lambda.Real, lambda.Imaginary);
        var order = b == 0 ? _k : 2 * _k;
        var g = new Matrix(order, order);
        var size = (a * a) + (b * b);
        for (var j = 0; j < _k; j++)
        {
            for (var i = 0; i < _k; i++)
            {
                var re = _gram.Value[i, j] - (a * (_stack[i, j] + _stack[j, i])) + (i == j ? size : 0);
                g[i, j] = re;
                if (b != 0)
                {
                    var im = b * (_stack[i, j] - _stack[j, i]);
                    (g[i + _k, j + _k], g[i + _k, j], g[i, j + _k]) = (re, im, -im);
                }
            }
        }

        return WithShift(g);
    }

    private Matrix? WithShift(Matrix g)
    {
        var largest = 0.0;
        for (var i = 0; i < g.Rows; i++)
        {
            largest = Math.Max(largest, g[i, i]);
        }

        var shift = g.Rows * Rounding.Unit * largest;
        for (var trial = 0; trial < ShiftTrials; trial++)
        {
            for (var i = 0; i < g.Rows; i++)
            {
                g[i, i] += shift;
            }

            if (_la.Cholesky(g) is { } l)
            {
                return l;
            }

            shift *= 100;
        }

        return null;
    }

    /// <summary>Re w, and Im w below it when there is room for both.</summary>
    private static double[] RealParts(ReadOnlySpan<Complex> w, int order)
    {
        var parts = new double[order];
        for (var i = 0; i < w.Length; i++)
        {
            parts[i] = w[i].Real;
            if (order > w.Length)
            {
                parts[w.Length + i] = w[i].Imaginary;
            }
        }

        return parts;
    }

    private Complex[] Complexes(double[] x)
    {
        var w = new Complex[_k];
        for (var i = 0; i < _k; i++)
        {
            w[i] = new Complex(x[i], x.Length > _k ? x[_k + i] : 0);
        }

        return w;
    }

    private ComplexMatrix At(Complex lambda)
    {
        var m = new ComplexMatrix(_stack.Rows, _k);
        for (var j = 0; j < _k; j++)
        {
            var column = m.Column(j);
            for (var i = 0; i < column.Length; i++)
            {
                column[i] = _stack[i, j];
            }

            column[j] -= lambda;
        }

        return m;
    }
}
