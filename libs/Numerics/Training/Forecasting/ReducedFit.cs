using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>What every block is fitted by.</summary>
/// <param name="HasConstant">Whether y = K x + b, or y = K x.</param>
/// <param name="Delays">q, states stacked newest first.</param>
/// <param name="Tolerance">Directions with s > tolerance · s_1 are kept.</param>
/// <param name="Rank">Most directions.</param>
/// <param name="Clip">Largest modulus.</param>
internal sealed record FitRules(bool HasConstant, int Delays, double Tolerance, int? Rank, double Clip);

/// <summary>
/// The operator of one block in the r directions it keeps. With h the stacked states, x~ and y~ the states before and
/// after without their means, X~ = U S V': K = Y~ V S^-1 U', so h after t steps is mean(y) + P z_(t-1), P = Y~ V S^-1,
/// z_0 = U' (h - mean(x)), z_(t+1) = A z_t + c, A = U' P. Sums of the changes e = z_1 - z_0 are what is propagated,
/// for a mode that is nearly at rest would cancel otherwise.
/// </summary>
internal sealed record ReducedFit
{
    /// <summary>Blocks of at most this many rows are judged by all their pairs.</summary>
    public const int JudgedWhole = 128;

    private const int JudgedPairs = 32;

    /// <summary>A = U' P, r × r.</summary>
    public required Matrix Reduced { get; init; }

    /// <summary>The newest state's rows of P, n × r.</summary>
    public required Matrix Image { get; init; }

    /// <summary>V S^-1, pairs × r: P in terms of the states after.</summary>
    public required Matrix Weights { get; init; }

    /// <summary>The newest state's rows of mean(y), n long.</summary>
    public required double[] Mean { get; init; }

    /// <summary>z_0, r long.</summary>
    public required double[] Start { get; init; }

    /// <summary>z_1 - z_0, r long.</summary>
    public required double[] Change { get; init; }

    /// <summary>||Y - K X||^2 and ||Y - X||^2 over the pairs that were judged, newest state.</summary>
    public required (double Error, double Change) Squares { get; init; }

    /// <summary>
    /// Fits states in time order. O(D M r) for smooth states, else O(D M min(D, M)), D = n q, M = columns - q.
    /// </summary>
    /// <param name="states">n × at least q + 1; overwritten.</param>
    /// <param name="floor">The largest singular value that is rounding: such directions are not kept.</param>
    /// <param name="rules">How to fit.</param>
    /// <param name="la">The linear algebra to run on.</param>
    public static ReducedFit Of(Matrix states, double floor, FitRules rules, ILinearAlgebra la)
    {
        var stacked = Stack(states, rules.Delays);
        var (rows, pairs) = (stacked.Rows, stacked.Columns - 1);
        var mean = rules.HasConstant ? TakeMean(stacked, pairs) : new double[rows];
        var basis = BlockBasis.Of(stacked.SelectColumns(0, pairs), rules.Tolerance, floor, rules.Rank, la);
        var weights = basis.Weights;
        var image = new Matrix(rows, weights.Columns);
        la.Gemm(
            false, false, rows, weights.Columns, pairs, 1, stacked.AsSpan()[rows..], rows,
            weights.AsSpan(), pairs, 0, image.AsSpan(), rows);
        var reduced = basis.Project(image, la);
        var start = basis.Project(stacked.Column(pairs), la);
        var drift = rules.HasConstant ? MeanOf(stacked, 1, pairs) : new double[rows];
        var change = la.Multiply(reduced, start);
        TensorPrimitives.Add(change, basis.Project(drift, la), change);
        TensorPrimitives.Subtract(change, start, change);
        var n = states.Rows;
        TensorPrimitives.Add(mean, drift, mean);
        return new ReducedFit
        {
            Reduced = reduced,
            Image = rules.Delays == 1 ? image : image.SelectRows(0, n),
            Weights = weights,
            Mean = mean[..n],
            Start = start,
            Change = change,
            Squares = Judge(stacked, basis, image, drift, n, la),
        };
    }

    private static (double, double) Judge(
        Matrix stacked, BlockBasis basis, Matrix image, double[] drift, int n, ILinearAlgebra la)
    {
        var pairs = stacked.Columns - 1;
        var judged = n <= JudgedWhole ? pairs : Math.Min(pairs, JudgedPairs);
        var before = new Matrix(stacked.Rows, judged);
        for (var j = 0; j < judged; j++)
        {
            stacked.Column((int)((long)j * pairs / judged)).CopyTo(before.Column(j));
        }

        var predicted = la.Multiply(image, basis.Project(before, la));
        var (error, change, difference) = (0.0, 0.0, new double[n]);
        for (var j = 0; j < judged; j++)
        {
            var after = stacked.Column((int)((long)j * pairs / judged) + 1)[..n];
            TensorPrimitives.Subtract(after, before.Column(j)[..n], difference);
            change += TensorPrimitives.SumOfSquares<double>(difference);
            TensorPrimitives.Subtract(after, predicted.Column(j)[..n], difference);
            TensorPrimitives.Subtract(difference, drift.AsSpan(0, n), difference);
            error += TensorPrimitives.SumOfSquares<double>(difference);
        }

        return (error, change);
    }

    /// <summary>h_k = [z_k; z_(k-1); …], a column for each k that has q states.</summary>
    private static Matrix Stack(Matrix states, int delays)
    {
        if (delays == 1)
        {
            return states;
        }

        var (n, columns) = (states.Rows, states.Columns - delays + 1);
        var stacked = new Matrix(checked(n * delays), columns);
        for (var k = 0; k < columns; k++)
        {
            for (var lag = 0; lag < delays; lag++)
            {
                states.Column(k + delays - 1 - lag).CopyTo(stacked.Column(k)[(lag * n)..]);
            }
        }

        return stacked;
    }

    /// <summary>Subtracts the mean of the first columns from all of them, and returns it.</summary>
    private static double[] TakeMean(Matrix stacked, int columns)
    {
        var mean = MeanOf(stacked, 0, columns);
        for (var j = 0; j < stacked.Columns; j++)
        {
            TensorPrimitives.Subtract(stacked.Column(j), mean, stacked.Column(j));
        }

        return mean;
    }

    private static double[] MeanOf(Matrix matrix, int first, int count)
    {
        var mean = new double[matrix.Rows];
        for (var j = first; j < first + count; j++)
        {
            TensorPrimitives.Add(mean, matrix.Column(j), mean);
        }

        TensorPrimitives.Divide(mean, count, mean);
        return mean;
    }
}
