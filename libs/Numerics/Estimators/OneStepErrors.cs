using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Relative one-step errors of the state, ||Y - Yhat||_F / ||Y||_F; infinite when Y is zero and Yhat is not.
/// </summary>
/// <param name="Operator">Of the regression.</param>
/// <param name="Persistence">Of predicting that nothing changes.</param>
internal readonly record struct OneStepErrors(double Operator, double Persistence)
{
    // Ranges of columns that run side by side; a constant, so that the sums do not depend on the number of cores.
    private const int Ranges = 8;

    // Elements of a panel of columns: with its successors and predictions about a second-level cache.
    private const int PanelElements = 1 << 15;

    // Where the unexplained energy is a smaller fraction than this, a difference would keep fewer than ten digits.
    private const double Subtractable = 1e-6;

    /// <summary>Of sums of squares: of the error, of what changed, and of Y.</summary>
    public static OneStepErrors Of(double error, double still, double energy) =>
        new(Relative(error, energy), Relative(still, energy));

    /// <summary>
    /// O(N m r); O(N m) on the pairs that were fitted, whose unexplained energy is all of it less what was explained,
    /// unless that difference is so small that it is round-off.
    /// </summary>
    public static OneStepErrors Of(
        Regression regression, LiftedPairs pairs, PairFrame frame, ILinearAlgebra la, bool fitted = false)
    {
        var (row, n) = (frame.Observables.StateRow, frame.StateWidth);
        if (pairs.Products is { } products)
        {
            return Of(regression, products, row, n, fitted, la);
        }

        var (energy, still) = Sum(pairs, (start, count) => Energies(pairs.Pairs, row, n, start, count));
        if (fitted && regression.Explained is { } explained)
        {
            var rest = energy - TensorPrimitives.Sum<double>(explained.AsSpan(row, n));
            if (rest > Subtractable * energy)
            {
                return Of(rest, still, energy);
            }
        }

        var image = regression.Spectrum.Image.SelectRows(row, n);
        var push = regression.InputImage?.SelectRows(row, n);
        var (error, _) = Sum(pairs, (start, count) =>
        {
            var panel = Math.Max(1, PanelElements / pairs.Pairs.X.Rows);
            var sum = 0.0;
            for (var end = start + count; start < end; start += panel)
            {
                var width = Math.Min(panel, end - start);
                var z = Project(regression.Spectrum.Basis, pairs.Pairs.X, start, width, la);
                var predicted = la.Multiply(image, z);
                Push(predicted, push, pairs.Inputs, start, la);
                sum += Distance(predicted, pairs.Pairs, row, start);
            }

            return (sum, 0);
        });
        return Of(error, still, energy);
    }

    // Differences of energies: an error below about 1e-8 reads as anything from 0 to 1e-8.
    private static OneStepErrors Of(
        Regression regression, ISecondMoments products, int row, int n, bool fitted, ILinearAlgebra la)
    {
        var (energy, still) = (0.0, 0.0);
        for (var i = row; i < row + n; i++)
        {
            var (rowEnergy, rowStill) = products.Row(i);
            (energy, still) = (energy + rowEnergy, still + rowStill);
        }

        var error = fitted && regression.Explained is { } explained
            ? energy - TensorPrimitives.Sum<double>(explained.AsSpan(row, n))
            : energy - Predicted(regression, products, row, n, la);
        return Of(Math.Max(0, error), Math.Max(0, still), energy);
    }

    /// <summary>2 tr(Yhat Y') - tr(Yhat Yhat') of the state, Yhat = D U'X.</summary>
    private static double Predicted(Regression regression, ISecondMoments products, int row, int n, ILinearAlgebra la)
    {
        var (u, d) = (regression.Spectrum.Basis, regression.Spectrum.Image.SelectRows(row, n));
        var cross = products.YxTimes(u, la).SelectRows(row, n);
        var inner = la.Times(u, la.Times(products.Xx, u), transposeA: true);
        return (2 * MatrixParts.Inner(d, cross)) - MatrixParts.Inner(d, la.Multiply(d, inner));
    }

    private static (double, double) Sum(LiftedPairs pairs, Func<int, int, (double, double)> part)
    {
        var (m, parts) = (pairs.Pairs.X.Columns, new (double A, double B)[Ranges]);
        Parallel.For(0, Ranges, i =>
        {
            var (start, end) = ((int)((long)i * m / Ranges), (int)((i + 1L) * m / Ranges));
            parts[i] = part(start, end - start);
        });
        return (parts.Sum(p => p.A), parts.Sum(p => p.B));
    }

    private static (double Energy, double Still) Energies(SnapshotPairs pairs, int row, int n, int start, int count)
    {
        var (energy, still) = (0.0, 0.0);
        for (var j = start; j < start + count; j++)
        {
            var weight = pairs.Weights.Span[j];
            var y = pairs.Y.Column(j).Slice(row, n);
            var distance = TensorPrimitives.Distance<double>(y, pairs.X.Column(j).Slice(row, n));
            energy += weight * TensorPrimitives.SumOfSquares<double>(y);
            still += weight * distance * distance;
        }

        return (energy, still);
    }

    private static Matrix Project(Matrix basis, Matrix x, int start, int count, ILinearAlgebra la)
    {
        var (rows, r) = (x.Rows, basis.Columns);
        var z = new Matrix(r, count);
        la.Gemm(
            true, false, r, count, rows, 1, basis.AsSpan(), Math.Max(1, rows), x.AsSpan()[(start * rows)..],
            Math.Max(1, rows), 0, z.AsSpan(), Math.Max(1, r));
        return z;
    }

    private static void Push(Matrix predicted, Matrix? push, Matrix? inputs, int start, ILinearAlgebra la)
    {
        if (push is not null)
        {
            var pushed = la.Multiply(push, inputs!.SelectColumns(start, predicted.Columns));
            TensorPrimitives.Add(predicted.AsSpan(), pushed.AsSpan(), predicted.AsSpan());
        }
    }

    private static double Distance(Matrix predicted, SnapshotPairs pairs, int row, int start)
    {
        var sum = 0.0;
        for (var j = 0; j < predicted.Columns; j++)
        {
            var y = pairs.Y.Column(start + j).Slice(row, predicted.Rows);
            var distance = TensorPrimitives.Distance<double>(y, predicted.Column(j));
            sum += pairs.Weights.Span[start + j] * distance * distance;
        }

        return sum;
    }

    private static double Relative(double error, double energy) =>
        energy > 0 ? Math.Sqrt(error / energy) : error > 0 ? double.PositiveInfinity : 0;
}
