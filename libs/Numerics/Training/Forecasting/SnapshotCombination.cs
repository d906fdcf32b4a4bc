using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>
/// A block of more rows than snapshots (the method of snapshots): its columns are known by a factor F with F'F = Z'Z,
/// columns × columns, on which everything happens; what is predicted is a combination of the snapshots, w = w_ref + (Z
/// - w_ref 1') a. Values are taken from the last snapshot where there is a constant, so that what moves little keeps
/// its digits and what doesn't move at all stays to the bit.
/// </summary>
internal sealed class SnapshotCombination : IPrediction
{
    // Blocks of columns of Z'Z: of the lower triangle, an eighth is computed too.
    private const int Tiles = 4;

    private readonly Matrix? _offsets;
    private readonly double[]? _reference;

    private SnapshotCombination(ReducedFit fit, Matrix? offsets, double[]? reference) =>
        (Fit, _offsets, _reference) = (fit, offsets, reference);

    public ReducedFit Fit { get; }

    /// <summary>Whether products are as good as a QR factorisation at this tolerance.</summary>
    public static bool UsesProducts(FitRules rules) => rules.Tolerance >= BlockBasis.ProductTolerance;

    /// <summary>Of a block in memory, which is overwritten.</summary>
    public static SnapshotCombination Of(Matrix states, double noise, ForecastTask task, ILinearAlgebra la)
    {
        var reference = task.Rules.HasConstant ? states.Column(states.Columns - 1).ToArray() : new double[states.Rows];
        for (var k = 0; k < states.Columns; k++)
        {
            TensorPrimitives.Subtract(states.Column(k), reference, states.Column(k));
        }

        var factor = UsesProducts(task.Rules)
            ? FactorOf(Products(states, la), la)
            : la.TriangularFactor(states);
        var floor = task.Floor(noise, states.Rows, states.Columns);
        return new SnapshotCombination(ReducedFit.Of(factor, floor, task.Rules, la), states, reference);
    }

    /// <summary>
    /// Adds the upper triangle of Z'Z, by tiles: what the seam has for symmetric products is of A A'.
    /// </summary>
    /// <param name="values">Z, rows × snapshots.</param>
    /// <param name="rows">Rows of Z.</param>
    /// <param name="gram">Snapshots × snapshots.</param>
    /// <param name="la">The linear algebra to run on.</param>
    public static void AddProducts(ReadOnlySpan<double> values, int rows, Matrix gram, ILinearAlgebra la)
    {
        var tile = ((gram.Rows - 1) / Tiles) + 1;
        for (var column = 0; column < gram.Rows; column += tile)
        {
            var (width, height) = (Math.Min(tile, gram.Rows - column), Math.Min(column + tile, gram.Rows));
            la.Gemm(
                true, false, height, width, rows, 1, values, rows, values[(column * rows)..], rows, 1,
                gram.AsSpan()[(column * gram.Rows)..], gram.Rows);
        }
    }

    /// <summary>F of F'F = G, by eigenvalues: Theta^(1/2) P', without what is rounding.</summary>
    public static Matrix FactorOf(Matrix gram, ILinearAlgebra la)
    {
        var (values, vectors) = la.SymmetricEigen(gram);
        var factor = vectors.Transpose();
        var roots = Array.ConvertAll(values, value => Math.Sqrt(Math.Max(0, value)));
        for (var j = 0; j < factor.Columns; j++)
        {
            TensorPrimitives.Multiply(factor.Column(j), roots, factor.Column(j));
        }

        return factor;
    }

    /// <summary>a of each horizon, snapshots × horizons: z_0 + S in terms of the snapshots.</summary>
    public static Matrix Coefficients(ReducedFit fit, Matrix reduced, int snapshots, FitRules rules, ILinearAlgebra la)
    {
        var after = la.Multiply(fit.Weights, reduced);
        var coefficients = new Matrix(snapshots, reduced.Columns);
        for (var h = 0; h < reduced.Columns; h++)
        {
            var column = coefficients.Column(h)[(snapshots - after.Rows)..];
            after.Column(h).CopyTo(column);
            if (rules.HasConstant)
            {
                TensorPrimitives.Add(column, 1.0 / after.Rows, column);
            }
        }

        return coefficients;
    }

    private static Matrix Products(Matrix states, ILinearAlgebra la)
    {
        var gram = new Matrix(states.Columns, states.Columns);
        AddProducts(states.AsSpan(), states.Rows, gram, la);
        return gram;
    }

    public Matrix Weights(Matrix reduced, ForecastTask task, ILinearAlgebra la)
    {
        var weights = la.Multiply(_offsets!, Coefficients(Fit, reduced, _offsets!.Columns, task.Rules, la));
        for (var h = 0; h < weights.Columns; h++)
        {
            TensorPrimitives.Add(weights.Column(h), _reference, weights.Column(h));
        }

        return weights;
    }
}
