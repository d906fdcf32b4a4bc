using System.Numerics;
using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// The linear system z' = M z, x = D z that has the fitted exponentials as its solutions: A = exp(M dt) block by block,
/// D in the directions that were fitted (d × r), and the z_0 of every trajectory (r × L).
/// </summary>
internal sealed record OptimizedEstimatorModes(Matrix Reduced, Matrix Decoder, Matrix Starts)
{
    // Exponents of several trajectories that are closer than this share no separate modes.
    private const double LeastRoot = 1e-8;

    /// <summary>
    /// Fraction of the coefficients' energy that modes shared by all trajectories do not hold; 0 for one.
    /// </summary>
    public double Unshared { get; private init; }

    public static OptimizedEstimatorModes Of(
        VariableProjectionBlock[] blocks, double[] times, Matrix targets, int directions, ILinearAlgebra la)
    {
        var basis = ExponentialBasis.Of(blocks, times, la);
        var b = la.Multiply(basis.Inverse, la.Multiply(basis.Q, targets, transposeA: true)).ScaleRows(basis.Scales);
        var (r, l) = (b.Rows, directions == 0 ? 1 : targets.Columns / directions);
        var modes = new OptimizedEstimatorModes(new Matrix(r, r), new Matrix(directions, r), new Matrix(r, l));
        var (row, lost) = (0, 0.0);
        foreach (var block in blocks)
        {
            var root = Math.Sqrt(Math.Abs(block.Square));
            root = l == 1 ? Math.Max(root, 1 / times[^1]) : Math.Max(root, LeastRoot);
            Place(block, root, modes.Reduced, row);
            var coefficients = b.SelectRows(row, block.Width);
            if (l == 1)
            {
                modes.OfOne(coefficients, root, row);
            }
            else
            {
                lost += modes.OfMany(block, coefficients, root, row, la);
            }

            row += block.Width;
        }

        var energy = b.Energy();
        return modes with { Unshared = energy > 0 ? lost / energy : 0 };
    }

    // exp of [[sigma, -theta / w], [w, sigma]] over one step.
    private static void Place(VariableProjectionBlock block, double root, Matrix reduced, int row)
    {
        var (c, s, _, _) = block.At(1, 0);
        reduced[row, row] = c;
        if (block.IsPair)
        {
            reduced[row + 1, row + 1] = c;
            reduced[row, row + 1] = -block.Square / root * s;
            reduced[row + 1, row] = root * s;
        }
    }

    // x = c_1 f_1 + c_2 f_2 = [c_1, c_2 / w] z with z_0 = (1, 0): exact for defective pairs too.
    private void OfOne(Matrix coefficients, double root, int row)
    {
        Starts[row, 0] = 1;
        for (var i = 0; i < Decoder.Rows; i++)
        {
            Decoder[i, row] = coefficients[0, i];
            if (coefficients.Rows == 2)
            {
                Decoder[i, row + 1] = coefficients[1, i] / root;
            }
        }
    }

    /// <summary>
    /// One mode for each exponent, the best rank-one part of its coefficients; returns what that loses.
    /// </summary>
    private double OfMany(
        VariableProjectionBlock block, Matrix coefficients, double root, int row, ILinearAlgebra la)
    {
        var l = Starts.Columns;
        if (!block.IsPair)
        {
            return Leading(Shaped(coefficients, 0, 0, root), row, row, 1, la);
        }

        if (block.Square > 0)
        {
            return LeadingComplex(coefficients, root, row, la);
        }

        // y = a e^((sigma ± kappa) t), z = (y_+ + y_-, y_+ - y_-) / 2, x = u_+ y_+ + u_- y_-.
        var lost = Leading(Shaped(coefficients, 0.5, 0.5, root), row, row, 1, la)
            + Leading(Shaped(coefficients, 0.5, -0.5, root), row + 1, row + 1, 1, la);
        for (var i = 0; i < Decoder.Rows; i++)
        {
            var (plus, minus) = (Decoder[i, row], Decoder[i, row + 1]);
            (Decoder[i, row], Decoder[i, row + 1]) = (plus + minus, plus - minus);
        }

        for (var t = 0; t < l; t++)
        {
            var (plus, minus) = (Starts[row, t], Starts[row + 1, t]);
            (Starts[row, t], Starts[row + 1, t]) = (0.5 * (plus + minus), 0.5 * (plus - minus));
        }

        return lost;
    }

    // p c_1 + q c_2 / w as a d × L matrix; c_1 alone for a single exponential.
    private Matrix Shaped(Matrix coefficients, double p, double q, double root)
    {
        var shaped = new Matrix(Decoder.Rows, Starts.Columns);
        for (var j = 0; j < coefficients.Columns; j++)
        {
            shaped.AsSpan()[j] = coefficients.Rows == 1
                ? coefficients[0, j]
                : (p * coefficients[0, j]) + (q * coefficients[1, j] / root);
        }

        return shaped;
    }

    private double Leading(Matrix shaped, int column, int row, double factor, ILinearAlgebra la)
    {
        var (u, s, vt) = la.ThinSvd(shaped);
        u.Column(0).CopyTo(Decoder.Column(column));
        for (var t = 0; t < Starts.Columns; t++)
        {
            Starts[row, t] = factor * s[0] * vt[0, t];
        }

        return TensorPrimitives.SumOfSquares<double>(s.AsSpan(1));
    }

    // g = (c_1 - i c_2 / w) / 2 belongs to e^((sigma + i w) t); g ≈ u a, x = 2 Re(u a e^(...)), z = (Re, Im) of a
    // e^(...).
    private double LeadingComplex(Matrix coefficients, double root, int row, ILinearAlgebra la)
    {
        var (d, l) = (Decoder.Rows, Starts.Columns);
        var form = new Matrix(2 * d, 2 * l);
        for (var t = 0; t < l; t++)
        {
            for (var i = 0; i < d; i++)
            {
                var re = 0.5 * coefficients[0, (t * d) + i];
                var im = -0.5 * coefficients[1, (t * d) + i] / root;
                (form[i, t], form[i + d, t + l]) = (re, re);
                (form[i + d, t], form[i, t + l]) = (im, -im);
            }
        }

        // Singular values of the real form come twice, and any vector of the leading two is the complex one, turned.
        var (vectors, s, _) = la.ThinSvd(form);
        var u = vectors.Column(0);
        for (var t = 0; t < l; t++)
        {
            var a = Complex.Zero;
            for (var i = 0; i < d; i++)
            {
                a += new Complex(u[i], -u[i + d]) * new Complex(form[i, t], form[i + d, t]);
            }

            (Starts[row, t], Starts[row + 1, t]) = (a.Real, a.Imaginary);
        }

        for (var i = 0; i < d; i++)
        {
            (Decoder[i, row], Decoder[i, row + 1]) = (2 * u[i], -2 * u[i + d]);
        }

        return TensorPrimitives.SumOfSquares<double>(s.AsSpan(2));
    }
}
