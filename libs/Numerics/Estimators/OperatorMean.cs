using System.Numerics;
using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// The mean of an operator F (forward) and the inverse of another, B (backward): (F B^(-1))^(1/2), the root nearest
/// to F. Of the 2^r roots by eigenvectors, F B^(-1) = W L W^(-1), each sign is chosen to agree with the diagonal of
/// W^(-1) F W. That fails where F B^(-1) has a negative eigenvalue (no real root of this kind) or dependent
/// eigenvectors; there the solution of A B A = F stands in, A = F (B F)^(-1/2): the same number where F and B
/// commute, and B F is near the identity where F B^(-1) is anything.
/// </summary>
internal static class OperatorMean
{
    // Eigenvectors more dependent than this lose half the digits: the operator is defective as far as rounding tells.
    private const double Dependence = 1e-8;
    private const double Settled = 1e-13;
    private const int MostSteps = 60;

    /// <summary>The mean; <paramref name="forward"/> itself, with a warning, where there is none.</summary>
    public static Matrix Of(Matrix forward, Matrix? backward, List<string> warnings, ILinearAlgebra la)
    {
        if (backward is null || RegressionParts.Inverse(backward, la) is not { } inverse)
        {
            warnings.Add("the backward operator is singular: this is ordinary least squares");
            return forward.Copy();
        }

        if (Root(la.Multiply(forward, inverse), forward, la) is { } root)
        {
            return root;
        }

        if (InverseRoot(la.Multiply(backward, forward), la) is { } correction)
        {
            warnings.Add(
                "F B^-1 has a negative eigenvalue or dependent eigenvectors: the mean solves A B A = F instead");
            return la.Multiply(forward, correction);
        }

        warnings.Add("F B^-1 has no real root near F: this is ordinary least squares");
        return forward.Copy();
    }

    private static Matrix? Root(Matrix square, Matrix near, ILinearAlgebra la)
    {
        var (values, w) = la.Eigen(square);
        var form = ComplexParts.RealForm(w);
        var (u, s, vt) = la.ThinSvd(form);
        if (s[^1] <= Dependence * s[0] || values.Any(value => value.Imaginary == 0 && value.Real < 0))
        {
            return null;
        }

        var inverse = la.Multiply(vt.ScaleRows(Array.ConvertAll(s, value => 1 / value)), u, true, true);
        var k = near.Rows;
        var guides = la.Multiply(inverse, ComplexParts.RealForm(ComplexParts.Times(la, near, w)));
        var scaled = new ComplexMatrix(k, k);
        for (var j = 0; j < k; j++)
        {
            var root = Complex.Sqrt(values[j]);
            var guide = new Complex(guides[j, j], guides[j + k, j]);
            root = (root * Complex.Conjugate(guide)).Real < 0 ? -root : root;
            Scale(w.Column(j), root, scaled.Column(j));
            if (values[j].Imaginary > 0)
            {
                CanonicalOrder.ConjugateTo(scaled.Column(j), scaled.Column(++j));
            }
        }

        return TopLeft(la.Multiply(ComplexParts.RealForm(scaled), inverse), k);
    }

    /// <summary>
    /// H^(-1/2), principal, by the iteration of Denman and Beavers (1976); null where it does not settle.
    /// </summary>
    private static Matrix? InverseRoot(Matrix h, ILinearAlgebra la)
    {
        var (y, z) = (h, Matrix.Identity(h.Rows));
        for (var step = 0; step < MostSteps; step++)
        {
            if (RegressionParts.Inverse(y, la) is not { } yInverse
                || RegressionParts.Inverse(z, la) is not { } zInverse)
            {
                return null;
            }

            var next = Mean(z, yInverse);
            var change = TensorPrimitives.Distance<double>(next.AsSpan(), z.AsSpan());
            (y, z) = (Mean(y, zInverse), next);
            if (change <= Settled * h.Rows * TensorPrimitives.Norm<double>(z.AsSpan()))
            {
                return z;
            }
        }

        return null;
    }

    private static void Scale(ReadOnlySpan<Complex> source, Complex factor, Span<Complex> destination)
    {
        for (var i = 0; i < source.Length; i++)
        {
            destination[i] = source[i] * factor;
        }
    }

    private static Matrix TopLeft(Matrix form, int order)
    {
        var block = new Matrix(order, order);
        for (var j = 0; j < order; j++)
        {
            form.Column(j)[..order].CopyTo(block.Column(j));
        }

        return block;
    }

    private static Matrix Mean(Matrix a, Matrix b)
    {
        var mean = new Matrix(a.Rows, a.Columns);
        TensorPrimitives.Add<double>(a.AsSpan(), b.AsSpan(), mean.AsSpan());
        TensorPrimitives.Multiply(mean.AsSpan(), 0.5, mean.AsSpan());
        return mean;
    }
}
