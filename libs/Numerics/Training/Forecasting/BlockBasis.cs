using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>
/// The directions of X (D × M) that a block keeps: left singular vectors U, singular values s, and V S^-1, whose
/// product with the states after is the image of U.
/// </summary>
/// <param name="Directions">U, D × r; null for the unit vectors, where every direction is kept.</param>
/// <param name="Weights">V S^-1, M × r; without directions X^+, M × D.</param>
internal sealed record BlockBasis(Matrix? Directions, Matrix Weights)
{
    /// <summary>
    /// Products square the condition: directions below this, relative to the first, are rounding in them.
    /// </summary>
    public const double ProductTolerance = 4e-7;

    // Up to this many directions a decomposition of all of them takes no longer than a search for the leading ones.
    private const int Few = 96;

    // Condition of X up to which X'(XX')^-1 is right to 1e-7, and what an estimate of it may be short of.
    private const double WorstCondition = 1e4;
    private const double EstimateSlack = 3;
    private const int PowerSteps = 4;

    /// <summary>U'v, r long.</summary>
    public double[] Project(ReadOnlySpan<double> v, ILinearAlgebra la) =>
        Directions is null ? v.ToArray() : la.Multiply(Directions, v, transposeA: true);

    /// <summary>U'A.</summary>
    public Matrix Project(Matrix a, ILinearAlgebra la) =>
        Directions is null ? a : la.Multiply(Directions, a, transposeA: true);

    /// <summary>
    /// The directions with s > max(tolerance · s_1, floor), at most <paramref name="most"/>. Up to 96 rows or columns
    /// by products, by QR or by an SVD, as the tolerance and the shape ask; beyond that those of a random sketch where
    /// it leaves nothing above the tolerance, O(D M r).
    /// </summary>
    public static BlockBasis Of(Matrix x, double tolerance, double floor, int? most, ILinearAlgebra la)
    {
        if (Math.Min(x.Rows, x.Columns) > Few && Sketch.Of(x, tolerance, floor, la) is { } q)
        {
            var inner = BySvd(la.Multiply(q, x, transposeA: true), tolerance, floor, most, la);
            return inner with { Directions = la.Multiply(q, inner.Directions!) };
        }

        if (x.Rows > x.Columns)
        {
            return BySvd(x, tolerance, floor, most, la);
        }

        if (x.Rows <= Few && tolerance < ProductTolerance)
        {
            return ByFactor(x, tolerance, floor, most, la);
        }

        var gram = new Matrix(x.Rows, x.Rows);
        la.Syrk(x.Rows, x.Columns, 1, x.AsSpan(), x.Rows, 0, gram.AsSpan(), x.Rows);
        if (x.Rows > Few && most is null && Whole(x, gram, tolerance, floor, la) is { } whole)
        {
            return whole;
        }

        return tolerance >= ProductTolerance
            ? ByProducts(x, gram, tolerance, floor, most, la)
            : ByFactor(x, tolerance, floor, most, la);
    }

    /// <summary>How many of the singular values, descending, are kept.</summary>
    private static int Rank(double[] s, double tolerance, double floor, int? most)
    {
        if (s.Length == 0 || !(s[0] > floor))
        {
            return 0;
        }

        var rank = new RankRule.RelTol(tolerance).Decide(s, s.Length, s.Length).Rank;
        while (rank > 0 && s[rank - 1] <= floor)
        {
            rank--;
        }

        return Math.Min(rank, most ?? int.MaxValue);
    }

    /// <summary>X^+ = X'(XX')^-1 where all directions are well above the tolerance, else null.</summary>
    private static BlockBasis? Whole(Matrix x, Matrix gram, double tolerance, double floor, ILinearAlgebra la)
    {
        if (la.Cholesky(gram) is not { } l)
        {
            return null;
        }

        var (largest, smallest) = (Sketch.LargestSingular(x, la), 0.0);
        var v = SeededNormal.Matrix(x.Rows, 1, 1);
        for (var step = 0; step < PowerSteps; step++)
        {
            var size = TensorPrimitives.Norm<double>(v.AsSpan());
            v = la.SolveLower(l, la.SolveLower(l, v, transpose: false), transpose: true);
            smallest = Math.Sqrt(size / TensorPrimitives.Norm<double>(v.AsSpan()));
        }

        smallest /= EstimateSlack;
        var needed = Math.Max(Math.Max(tolerance, 1 / WorstCondition) * largest, floor);
        return smallest > needed
            ? new BlockBasis(
                null, la.SolveLower(l, la.SolveLower(l, x, transpose: false), transpose: true).Transpose())
            : null;
    }

    private static BlockBasis BySvd(Matrix x, double tolerance, double floor, int? most, ILinearAlgebra la)
    {
        var (u, s, vt) = la.ThinSvd(x);
        var rank = Rank(s, tolerance, floor, most);
        var inverse = Array.ConvertAll(s[..rank], value => 1 / value);
        return new BlockBasis(u.SelectColumns(0, rank), vt.SelectRows(0, rank).ScaleRows(inverse).Transpose());
    }

    /// <summary>By eigenvectors of XX'.</summary>
    private static BlockBasis ByProducts(
        Matrix x, Matrix gram, double tolerance, double floor, int? most, ILinearAlgebra la)
    {
        var (values, vectors) = la.SymmetricEigen(gram);
        var s = Array.ConvertAll(values, value => Math.Sqrt(Math.Max(0, value)));
        return Projected(x, vectors, s, Rank(s, tolerance, floor, most), la);
    }

    /// <summary>By X' = Q R: the right singular vectors of R are the left ones of X.</summary>
    private static BlockBasis ByFactor(Matrix x, double tolerance, double floor, int? most, ILinearAlgebra la)
    {
        var (_, s, vt) = la.ThinSvd(la.AppendToFactor(null, x.AsSpan(), x.Rows, x.Columns));
        var rank = Rank(s, tolerance, floor, most);
        var (u, inverse) = (vt.Transpose().SelectColumns(0, rank), Array.ConvertAll(s[..rank], value => 1 / value));

        // P = S^-1 U'X is V' but for rounding of the order s_1 / s_r, which the well-conditioned PP' takes out again:
        // P'(PP')^-1 S^-1. To take P for V' would square the condition, as products do.
        var p = la.Multiply(u, x, transposeA: true).ScaleRows(inverse);
        return la.Cholesky(la.SymmetricProduct(p)) is { } l
            ? new BlockBasis(
                u, la.SolveLower(l, la.SolveLower(l, p, transpose: false), transpose: true).ScaleRows(inverse)
                    .Transpose())
            : BySvd(x, tolerance, floor, most, la);
    }

    /// <summary>V S^-1 = X'U S^-2.</summary>
    private static BlockBasis Projected(Matrix x, Matrix u, double[] s, int rank, ILinearAlgebra la)
    {
        var directions = u.SelectColumns(0, rank);
        var inverse = Array.ConvertAll(s[..rank], value => 1 / value / value);
        return new BlockBasis(directions, la.Multiply(x, directions, transposeA: true).ScaleColumns(inverse));
    }
}
