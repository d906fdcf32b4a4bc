using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// The linear model of the residual around one point: Kaufman's Jacobian (T p × r) reduced by two orthogonal factors to
/// a triangle, so that nothing is squared and a new damping costs O(r^3).
/// </summary>
internal sealed class VariableProjectionStep
{
    private readonly Matrix _triangle;
    private readonly double[] _target;
    private readonly double[] _scale;
    private readonly ILinearAlgebra _la;

    private VariableProjectionStep(
        Matrix triangle, double[] target, double[] scale, double cosine, ILinearAlgebra la) =>
        (_triangle, _target, _scale, LargestCosine, _la) = (triangle, target, scale, cosine, la);

    /// <summary>Largest |cosine| between the residual and a column of the Jacobian: 0 at a stationary point.</summary>
    public double LargestCosine { get; }

    public static VariableProjectionStep Of(
        ExponentialBasis basis, Matrix coefficients, Matrix residual, ExponentConstraint constraint, ILinearAlgebra la)
    {
        // J_j = -E_j B_j with E = (I - QQ') dPhi; E = Q_E R_E and B' = Q_B R_B leave R_E,j R_B,j', m × k small.
        var outside = basis.Derivatives.Copy();
        var inside = la.Multiply(basis.Q, outside, transposeA: true);
        la.Gemm(
            false, false, outside.Rows, outside.Columns, basis.Q.Columns, -1, basis.Q.AsSpan(), outside.Rows,
            inside.AsSpan(), Math.Max(1, inside.Rows), 1, outside.AsSpan(), outside.Rows);
        var (qe, re) = la.ThinQr(outside);
        var (qb, rb) = la.ThinQr(coefficients.Transpose());
        var target = la.Multiply(la.Multiply(qe, residual, transposeA: true), qb);
        var jacobian = Jacobian(re, rb, basis.Blocks, la);
        Hold(jacobian, target.AsSpan(), basis.Blocks, constraint);
        var norm = TensorPrimitives.Norm<double>(residual.AsSpan());
        var (cosine, scale) = (0.0, new double[jacobian.Columns]);
        for (var j = 0; j < scale.Length; j++)
        {
            var length = TensorPrimitives.Norm<double>(jacobian.Column(j));
            scale[j] = length > 0 ? length : 1;
            var dot = Math.Abs(TensorPrimitives.Dot<double>(jacobian.Column(j), target.AsSpan()));
            cosine = Math.Max(cosine, norm > 0 ? dot / scale[j] / norm : 0);
        }

        var (q, triangle) = la.ThinQr(jacobian);
        return new VariableProjectionStep(
            triangle, la.Multiply(q, target.AsSpan(), transposeA: true), scale, cosine, la);
    }

    /// <summary>argmin ||target + J d||^2 + damping ||scale ∘ d||^2.</summary>
    public double[] Step(double damping)
    {
        var (r, rows) = (_scale.Length, _triangle.Rows);
        var (stacked, right) = (new Matrix(rows + r, r), new Matrix(rows + r, 1));
        for (var j = 0; j < r; j++)
        {
            _triangle.Column(j).CopyTo(stacked.Column(j));
            stacked[rows + j, j] = Math.Sqrt(damping) * _scale[j];
        }

        TensorPrimitives.Negate(_target, right.AsSpan()[..rows]);
        var (q, upper) = _la.ThinQr(stacked);
        var inside = _la.Multiply(q, right, transposeA: true);
        return _la.SolveLower(upper.Transpose(), inside, transpose: true).AsSpan().ToArray();
    }

    private static Matrix Jacobian(Matrix re, Matrix rb, VariableProjectionBlock[] blocks, ILinearAlgebra la)
    {
        var jacobian = new Matrix(re.Rows * rb.Rows, rb.Columns);
        var (parameter, next, column) = (0, 0, 0);
        foreach (var block in blocks)
        {
            var rows = rb.SelectColumns(column, block.Width);
            for (var i = 0; i < block.Width; i++)
            {
                var piece = la.Multiply(re.SelectColumns(next, block.Width), rows, transposeB: true);
                TensorPrimitives.Negate(piece.AsSpan(), jacobian.Column(parameter++));
                next += block.Width;
            }

            column += block.Width;
        }

        return jacobian;
    }

    private static void Hold(
        Matrix jacobian, ReadOnlySpan<double> target, VariableProjectionBlock[] blocks, ExponentConstraint constraint)
    {
        var parameter = 0;
        foreach (var block in blocks)
        {
            for (var i = 0; i < block.Width; i++)
            {
                var derivative = jacobian.Column(parameter++);
                if (IsHeld(block, i, TensorPrimitives.Dot(derivative, target), constraint))
                {
                    derivative.Clear();
                }
            }
        }
    }

    // A parameter on the boundary whose descent direction points outwards does not move; on the circle no growth does.
    private static bool IsHeld(
        VariableProjectionBlock block, int parameter, double gradient, ExponentConstraint constraint) =>
        constraint switch
        {
            ExponentConstraint.UnitCircle => parameter == 0 || (block.Square == 0 && gradient > 0),
            ExponentConstraint.NonGrowing => parameter == 0 && block.TopGrowth >= 0 && gradient < 0,
            _ => false,
        };
}
