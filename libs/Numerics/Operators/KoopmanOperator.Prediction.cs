using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Operators;

public sealed partial record KoopmanOperator
{
    /// <summary>
    /// The next <paramref name="steps"/> states, n × steps: column j is x_(j+1) ≈ D A^j z_0 (with inputs, z_(j+1) = A
    /// z_j + G u_j). The operator is linear, so the observables are lifted once, at the start. O(N r + steps (r^2 + n
    /// r)).
    /// </summary>
    /// <param name="history">n × at least q, columns in time order; the last is x_0.</param>
    /// <param name="steps">How many steps, ≥ 0.</param>
    /// <param name="la">The linear algebra to run on.</param>
    /// <param name="inputs">c × steps for an operator with control, else null.</param>
    /// <exception cref="ShapeMismatchException">Shapes do not fit the operator.</exception>
    /// <exception cref="NonFiniteDataException">
    /// The history holds NaN or infinity, or the prediction grew beyond what a double holds.
    /// </exception>
    public Matrix Predict(Matrix history, int steps, ILinearAlgebra la, Matrix? inputs = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        CheckInputs(inputs, steps);
        return Advance(Encode(history, la), 0, steps, la, inputs);
    }

    /// <summary>
    /// A long prediction in pieces, so that it need not fit in memory: the states after steps <paramref name="done"/> +
    /// 1 to <paramref name="done"/> + <paramref name="steps"/>, from z after <paramref name="done"/> steps (<see
    /// cref="Encode"/> at first), which is moved on in place. The pieces are to the bit what <see cref="Predict"/>
    /// gives.
    /// </summary>
    /// <exception cref="ShapeMismatchException">Shapes do not fit the operator.</exception>
    /// <exception cref="NonFiniteDataException">As <see cref="Predict"/>.</exception>
    public Matrix Advance(Span<double> z, long done, int steps, ILinearAlgebra la, Matrix? inputs = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentNullException.ThrowIfNull(la);
        CheckInputs(inputs, steps);
        Guard.Length(z.Length, Rank, "the state in reduced coordinates");
        var states = new Matrix(StateWidth, steps);
        for (var k = 0; k < steps; k++)
        {
            var x = la.Multiply(Image, z);
            la.Multiply(Reduced, z).CopyTo(z);
            if (inputs is not null)
            {
                var u = inputs.Column(k);
                TensorPrimitives.Add(x, la.Multiply(InputImage!, u), x);
                TensorPrimitives.Add(z, la.Multiply(Input!, u), z);
            }

            x.CopyTo(states.Column(k));
            CheckGrowth(x, done + k + 1);
        }

        return states;
    }

    /// <summary>
    /// The state after exactly <paramref name="step"/> ≥ 1 steps, n long, by squaring A: O(r^3 log step). Without
    /// control.
    /// </summary>
    /// <exception cref="NonFiniteDataException">As <see cref="Predict"/>.</exception>
    public double[] PredictAt(Matrix history, long step, ILinearAlgebra la)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        CheckInputs(null, 0);
        var z = Encode(history, la);
        var power = Reduced;
        for (var left = step - 1; left > 0; left >>= 1)
        {
            z = (left & 1) == 1 ? la.Multiply(power, z) : z;
            power = left > 1 ? la.Multiply(power, power) : power;
        }

        var x = la.Multiply(Image, z);
        CheckGrowth(x, step);
        return x;
    }

    /// <summary>z = E' psi(h) of the last q columns of <paramref name="history"/>, r long.</summary>
    public double[] Encode(Matrix history, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(la);
        if (history.Rows != StateWidth || history.Columns < Delays)
        {
            throw new ShapeMismatchException(
                "the history", $"{StateWidth} x {Delays} or longer", $"{history.Rows} x {history.Columns}");
        }

        Guard.Finite(history, "the history");
        var newest = new Matrix(StateWidth * Delays, 1);
        for (var block = 0; block < Delays; block++)
        {
            history.Column(history.Columns - 1 - block).CopyTo(newest.AsSpan()[(block * StateWidth)..]);
        }

        return la.Multiply(Encoder, Observables.Lift(newest, la).Column(0), transposeA: true);
    }

    private void CheckInputs(Matrix? inputs, int steps)
    {
        if ((inputs is null) != (Input is null))
        {
            throw new ShapeMismatchException(
                "the matrix of inputs",
                Input is null ? "absent (the operator has no control)" : $"{InputWidth} x {steps}",
                inputs is null ? "none" : $"{inputs.Rows} x {inputs.Columns}");
        }

        if (inputs is not null)
        {
            Guard.Shape(inputs, InputWidth, steps, "the matrix of inputs");
            Guard.Finite(inputs, "the matrix of inputs");
        }
    }

    private static void CheckGrowth(ReadOnlySpan<double> x, long step) =>
        Guard.Finite(x, FormattableString.Invariant($"the prediction after {step} steps"));
}
