using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>
/// An orthonormal basis of nearly all that X does, by random combinations of its columns (after Halko, Martinsson and
/// Tropp 2011, SIAM Review 53, algorithm 4.2): weights that move smoothly have few directions, and the rest need not be
/// decomposed.
/// </summary>
internal static class Sketch
{
    private const int Seed = 20201103;
    private const int Block = 32;

    // Of the smaller side: beyond it, a decomposition of everything is as fast.
    private const int SmallestShare = 4;
    private const int PowerSteps = 4;

    // Norms are known from below, by random vectors.
    private const double Safety = 0.5;

    /// <summary>
    /// Q (D × k), such that (I - QQ') X has no direction above max(tolerance · s_1, floor) but with vanishing
    /// probability; null where k would be more than a quarter of the smaller side. O(D M k).
    /// </summary>
    public static Matrix? Of(Matrix x, double tolerance, double floor, ILinearAlgebra la)
    {
        var small = Math.Min(x.Rows, x.Columns);
        var most = small / SmallestShare;
        var enough = Math.Max(tolerance * LargestSingular(x, la), floor) * Safety;
        var (basis, left, seed) = (new Matrix(x.Rows, 0), double.PositiveInfinity, Seed);
        while (true)
        {
            var block = la.Multiply(x, SeededNormal.Matrix(x.Columns, Block, seed++));
            Orthogonalise(basis, block, la);
            var before = left;
            left = TensorPrimitives.Norm<double>(block.AsSpan()) / Math.Sqrt(Block);

            // The Frobenius norm of what is left; many directions that are each small enough may add up to more.
            var close = enough * Math.Sqrt(small);
            if (left <= enough || (left <= close && LargestLeft(x, basis, ref block, la) <= enough))
            {
                return basis;
            }

            if (!IsWithinReach(before, left, close, most - basis.Columns))
            {
                return null;
            }

            block = la.ThinQr(block).Q;
            Orthogonalise(basis, block, la);
            basis = basis.Beside(la.ThinQr(block).Q);
        }
    }

    /// <summary>
    /// Whether the norm that is left, falling as it did over the last block, will be small enough in time.
    /// </summary>
    private static bool IsWithinReach(double before, double left, double close, int columns)
    {
        if (columns < Block || double.IsInfinity(before) || left <= close)
        {
            return columns >= Block;
        }

        var blocks = Math.Log(left / close) / Math.Log(before / left);
        return blocks >= 0 && blocks * Block <= columns;
    }

    /// <summary>
    /// The largest singular value of T = (I - QQ') X from below, by one more step of the power method on a block T W,
    /// which becomes T T' T W: nearer to the directions that are missing.
    /// </summary>
    private static double LargestLeft(Matrix x, Matrix basis, ref Matrix block, ILinearAlgebra la)
    {
        var back = la.Multiply(x, block, transposeA: true);
        block = la.Multiply(x, back);
        Orthogonalise(basis, block, la);
        var largest = 0.0;
        for (var j = 0; j < block.Columns; j++)
        {
            var size = TensorPrimitives.Norm<double>(back.Column(j));
            largest = Math.Max(largest, size > 0 ? TensorPrimitives.Norm<double>(block.Column(j)) / size : 0);
        }

        return largest;
    }

    private static void Orthogonalise(Matrix basis, Matrix block, ILinearAlgebra la)
    {
        if (basis.Columns > 0)
        {
            var inside = la.Multiply(basis, la.Multiply(basis, block, transposeA: true));
            TensorPrimitives.Subtract(block.AsSpan(), inside.AsSpan(), block.AsSpan());
        }
    }

    /// <summary>s_1 from below, to a few percent, by the power method.</summary>
    public static double LargestSingular(Matrix x, ILinearAlgebra la)
    {
        var (v, norm) = (SeededNormal.Matrix(x.Columns, 1, Seed - 1).AsSpan().ToArray(), 0.0);
        for (var step = 0; step < PowerSteps; step++)
        {
            var size = TensorPrimitives.Norm<double>(v);
            if (size == 0)
            {
                return 0;
            }

            TensorPrimitives.Divide(v, size, v);
            var image = la.Multiply(x, v);
            norm = TensorPrimitives.Norm<double>(image);
            v = la.Multiply(x, image, transposeA: true);
        }

        return norm;
    }
}
