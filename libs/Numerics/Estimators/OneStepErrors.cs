using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>Relative one-step errors of the state, ||Y - Yhat||_F / ||Y||_F; infinite when Y is zero and Yhat is not.</summary>
/// <param name="Operator">Of the regression.</param>
/// <param name="Persistence">Of predicting that nothing changes.</param>
internal readonly record struct OneStepErrors(double Operator, double Persistence)
{
    public static OneStepErrors Of(Regression regression, LiftedPairs pairs, PairFrame frame, ILinearAlgebra la)
    {
        var (spectrum, row, n) = (regression.Spectrum, frame.Observables.StateRow, frame.StateWidth);
        var image = spectrum.Image.SelectRows(row, n);
        var predicted = la.Multiply(image, la.Multiply(spectrum.Basis, pairs.Pairs.X, transposeA: true));
        if (regression.InputImage is { } inputImage)
        {
            var pushed = la.Multiply(inputImage.SelectRows(row, n), pairs.Inputs!);
            TensorPrimitives.Add(predicted.AsSpan(), pushed.AsSpan(), predicted.AsSpan());
        }

        var (error, still, energy, difference) = (0.0, 0.0, 0.0, new double[n]);
        for (var j = 0; j < predicted.Columns; j++)
        {
            var weight = pairs.Pairs.Weights.Span[j];
            var y = pairs.Pairs.Y.Column(j).Slice(row, n);
            energy += weight * TensorPrimitives.SumOfSquares<double>(y);
            TensorPrimitives.Subtract(y, predicted.Column(j), difference);
            error += weight * TensorPrimitives.SumOfSquares<double>(difference);
            TensorPrimitives.Subtract(y, pairs.Pairs.X.Column(j).Slice(row, n), difference);
            still += weight * TensorPrimitives.SumOfSquares<double>(difference);
        }

        return new OneStepErrors(Relative(error, energy), Relative(still, energy));
    }

    private static double Relative(double error, double energy) =>
        energy > 0 ? Math.Sqrt(error / energy) : error > 0 ? double.PositiveInfinity : 0;
}
