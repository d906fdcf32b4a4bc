using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// min over exponents and coefficients of ||H - Phi(alpha) B||_F by variable projection: B = Phi^+ H is eliminated
/// (Golub and Pereyra 1973, SIAM J. Numer. Anal. 10), alpha moves by Levenberg-Marquardt with Kaufman's Jacobian
/// -(I - Phi Phi^+) dPhi B (Kaufman 1975, BIT 15), whose gradient is exact: the term it drops is orthogonal to the
/// residual. An iteration costs O(T r^2 + T r p + r^4), H being T × p.
/// </summary>
internal sealed class VariableProjection(Matrix data, double[] times, ExponentConstraint constraint, ILinearAlgebra la)
{
    private const double FirstDamping = 1e-2;
    private const double MostDamping = 1e12;
    private const double Exact = 1e-14;
    private const double Stationary = 1e-5;

    // At unit norm, because squares of steps and residuals of tiny data would underflow; only relative errors leave.
    private readonly Matrix _data = Unit(data);

    /// <summary>Runs from the given blocks; at most <paramref name="iterations"/> steps are taken.</summary>
    public VariableProjectionFit Run(VariableProjectionBlock[] start, int iterations, double tolerance)
    {
        var blocks = Array.ConvertAll(start, block => block.Moved(0, 0, constraint));
        var basis = ExponentialBasis.Of(blocks, times, la);
        var (coefficients, residual) = Solve(basis);
        var errors = new List<double> { Error(residual) };
        var (damping, change, converged) = (FirstDamping, double.PositiveInfinity, errors[^1] <= Exact);
        while (!converged && errors.Count <= iterations)
        {
            var model = VariableProjectionStep.Of(basis, coefficients, residual, constraint, la);
            var accepted = false;
            while (!accepted && damping <= MostDamping)
            {
                var moved = Move(blocks, model.Step(damping));
                var trial = ExponentialBasis.Of(moved, times, la);
                var (b, r) = Solve(trial);
                var error = Error(r);
                accepted = error < errors[^1];
                damping = accepted ? Math.Max(damping / 10, 1e-15) : damping * 5;
                if (accepted)
                {
                    change = (errors[^1] - error) / errors[^1];
                    (blocks, basis, coefficients, residual) = (moved, trial, b, r);
                    errors.Add(error);
                }
            }

            // Where no step goes down, the gradient tells a minimum from a failure.
            converged = accepted
                ? change <= tolerance || errors[^1] <= Exact
                : model.LargestCosine <= Stationary || errors[^1] <= 1e3 * Exact;
            if (!accepted)
            {
                break;
            }
        }

        return new VariableProjectionFit(blocks, errors, converged, change);
    }

    private (Matrix Coefficients, Matrix Residual) Solve(ExponentialBasis basis)
    {
        var (inside, residual) = (la.Multiply(basis.Q, _data, transposeA: true), _data.Copy());
        la.Gemm(
            false, false, residual.Rows, residual.Columns, inside.Rows, -1, basis.Q.AsSpan(), residual.Rows,
            inside.AsSpan(), Math.Max(1, inside.Rows), 1, residual.AsSpan(), residual.Rows);
        return (la.Multiply(basis.Inverse, inside), residual);
    }

    private VariableProjectionBlock[] Move(VariableProjectionBlock[] blocks, double[] step)
    {
        var (moved, next) = (new VariableProjectionBlock[blocks.Length], 0);
        for (var b = 0; b < blocks.Length; b++)
        {
            var growth = step[next++];
            moved[b] = blocks[b].Moved(growth, blocks[b].IsPair ? step[next++] : 0, constraint);
        }

        return moved;
    }

    private static double Error(Matrix residual) => TensorPrimitives.Norm<double>(residual.AsSpan());

    private static Matrix Unit(Matrix data)
    {
        var (unit, norm) = (data.Copy(), TensorPrimitives.Norm<double>(data.AsSpan()));
        TensorPrimitives.Divide(unit.AsSpan(), norm > 0 ? norm : 1, unit.AsSpan());
        return unit;
    }
}
