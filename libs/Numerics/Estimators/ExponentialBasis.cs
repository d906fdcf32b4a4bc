using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Phi (T × r), the functions of all blocks at all times as unit columns, with Q an orthonormal basis of what they span
/// and Phi^+ = Inverse Q'. Derivatives hold, for each parameter in turn, those of its block's columns.
/// </summary>
internal sealed record ExponentialBasis(
    Matrix Phi, Matrix Q, Matrix Inverse, Matrix Derivatives, double[] Scales)
{
    public required VariableProjectionBlock[] Blocks { get; init; }

    // Functions this close to dependent are one: their coefficients are the smallest that fit.
    private const double Dependence = 1e-13;

    public static ExponentialBasis Of(VariableProjectionBlock[] blocks, double[] times, ILinearAlgebra la)
    {
        var r = blocks.Sum(block => block.Width);
        var phi = new Matrix(times.Length, r);
        var derivatives = new Matrix(times.Length, blocks.Sum(block => block.Width * block.Width));
        var (scales, column, next) = (new double[r], 0, 0);
        foreach (var block in blocks)
        {
            var shift = Math.Max(0, block.TopGrowth) * times[^1];
            Fill(block, times, shift, (phi, column), (derivatives, next));
            for (var i = 0; i < block.Width; i++)
            {
                scales[column + i] = Math.Exp(-shift) * Normalise(block.Width, (phi, column), (derivatives, next), i);
            }

            column += block.Width;
            next += block.Width * block.Width;
        }

        var (u, s, vt) = la.ThinSvd(phi);
        var kept = s.Count(value => value > Dependence * s[0]);
        var inverse = vt.SelectRows(0, kept).ScaleRows(Array.ConvertAll(s[..kept], value => 1 / value)).Transpose();
        return new ExponentialBasis(phi, u.SelectColumns(0, kept), inverse, derivatives, scales)
        {
            Blocks = blocks,
        };
    }

    // Growing functions are scaled by e^(-shift), and all by their norm: columns of very different size would hide each
    // other. Scales[j] times the function is the column.
    private static void Fill(
        VariableProjectionBlock block, double[] times, double shift, (Matrix Matrix, int Column) phi,
        (Matrix Matrix, int Column) derivatives)
    {
        for (var k = 0; k < times.Length; k++)
        {
            var t = times[k];
            var (f1, f2, d1, d2) = block.At(t, shift);
            (phi.Matrix[k, phi.Column], derivatives.Matrix[k, derivatives.Column]) = (f1, t * f1);
            if (block.IsPair)
            {
                phi.Matrix[k, phi.Column + 1] = f2;
                derivatives.Matrix[k, derivatives.Column + 1] = t * f2;
                derivatives.Matrix[k, derivatives.Column + 2] = d1;
                derivatives.Matrix[k, derivatives.Column + 3] = d2;
            }
        }
    }

    /// <summary>Brings function i of a block, and its derivatives with it, to unit norm; returns the factor.</summary>
    private static double Normalise(
        int width, (Matrix Matrix, int Column) phi, (Matrix Matrix, int Column) derivatives, int i)
    {
        var column = phi.Matrix.Column(phi.Column + i);
        var norm = TensorPrimitives.Norm<double>(column);
        var factor = norm > 0 ? 1 / norm : 1;
        TensorPrimitives.Multiply(column, factor, column);
        for (var parameter = 0; parameter < width; parameter++)
        {
            var derivative = derivatives.Matrix.Column(derivatives.Column + (parameter * width) + i);
            TensorPrimitives.Multiply(derivative, factor, derivative);
        }

        return factor;
    }
}
