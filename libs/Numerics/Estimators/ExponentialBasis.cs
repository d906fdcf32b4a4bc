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
            Fill(block, times, phi, column, derivatives, next, scales);
            column += block.Width;
            next += block.Width * block.Width;
        }

        var (u, s, vt) = la.ThinSvd(phi);
        var kept = s.Count(value => value > Dependence * s[0]);
        var inverse = vt.SelectRows(0, kept).ScaleRows(Array.ConvertAll(s[..kept], value => 1 / value)).Transpose();
        return new ExponentialBasis(phi, u.SelectColumns(0, kept), inverse, derivatives, scales);
    }

    // Growing functions are scaled by e^(-shift), and all by their norm: columns of very different size would hide each
    // other. Scales[j] times the function is the column.
    private static void Fill(
        VariableProjectionBlock block, double[] times, Matrix phi, int column, Matrix derivatives, int next,
        double[] scales)
    {
        var shift = Math.Max(0, block.TopGrowth) * times[^1];
        for (var k = 0; k < times.Length; k++)
        {
            var t = times[k];
            var (f1, f2, d1, d2) = block.At(t, shift);
            (phi[k, column], derivatives[k, next]) = (f1, t * f1);
            if (block.IsPair)
            {
                (phi[k, column + 1], derivatives[k, next + 1]) = (f2, t * f2);
                (derivatives[k, next + 2], derivatives[k, next + 3]) = (d1, d2);
            }
        }

        for (var i = 0; i < block.Width; i++)
        {
            var norm = TensorPrimitives.Norm<double>(phi.Column(column + i));
            var factor = norm > 0 ? 1 / norm : 1;
            scales[column + i] = factor * Math.Exp(-shift);
            for (var parameter = 0; parameter < block.Width; parameter++)
            {
                var derivative = derivatives.Column(next + (parameter * block.Width) + i);
                TensorPrimitives.Multiply(derivative, factor, derivative);
            }

            TensorPrimitives.Multiply(phi.Column(column + i), factor, phi.Column(column + i));
        }
    }
}
