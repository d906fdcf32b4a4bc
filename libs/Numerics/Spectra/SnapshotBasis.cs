using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Spectra;

/// <summary>
/// X D = U S V' truncated to rank k, and B = Y D V S^(-1), which is what the operator does to U. D holds the column
/// scaling and the roots of the weights.
/// </summary>
internal sealed partial record SnapshotBasis(Matrix U, Matrix B, double[] S, RankDecision Rank, BasisMethod Method)
{
    private const double SmallestNormal = 2.2250738585072014e-308;

    // Below this a full decomposition takes well under a second, and nothing needs to be random.
    private const int AlwaysExact = 512;

    /// <summary>||row i of B S V'||^2 of successors, n long; null where it did not come for free.</summary>
    public double[]? Explained { get; init; }

    /// <summary>s_1 / s_k of what is divided by; 1 when nothing is.</summary>
    public double ConditionNumber => Rank.Rank == 0 ? 1 : S[0] / S[Rank.Rank - 1];

    /// <summary>What a careful reader should know of how the directions were found.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Of lifted pairs, whose columns may stand for many more; finite by their frame. No cap.</summary>
    public static SnapshotBasis Of(
        LiftedPairs lifted, RankRule rule, ILinearAlgebra la, BasisMethod method = BasisMethod.Qr)
    {
        if (lifted.Products is { } products)
        {
            return OfProducts(products, rule, la);
        }

        var d = lifted.Pairs.WeightRoots();
        var x = d.AsSpan().ContainsAnyExcept(1.0) ? lifted.Pairs.X.Copy().ScaleColumns(d) : lifted.Pairs.X;
        var found = SnapshotDirections.Of(x, rule, method, la);
        var shape = new SpectrumShape(x.Rows, (int)Math.Min(lifted.Count, int.MaxValue))
        {
            TotalEnergy = found.TotalEnergy,
        };
        shape = lifted.Squared || found.Method == BasisMethod.Gram
            ? shape with { RelativeFloor = SpectrumShape.SquaredFloor(x.Rows) }
            : shape;
        var decision = rule.Decide(found.S, shape);
        var k = decision.Rank;
        var u = found.U.SelectColumns(0, k);
        var image = found.Vt is null ? Project(lifted.Pairs.Y, x, d, (u, found.S[..k]), la)
            : (Image(lifted.Pairs.Y, d, found.Vt.SelectRows(0, k), found.S, la), null);
        if (image is not { } projected)
        {
            return Of(lifted, rule, la, BasisMethod.Svd) with
            {
                Warnings = ["the projected snapshots were dependent, so all snapshots were decomposed"],
            };
        }

        var (b, explained) = projected;
        Guard.Finite(b, "the image of the snapshots' basis");
        return new SnapshotBasis(u, b, found.S, decision, found.Method)
        {
            Explained = explained,
            Warnings = found.Warnings,
        };
    }

    /// <summary>
    /// X X' = U S^2 U' and B = Y X' U S^(-2): no column is needed. O(N^3), or O(N^2 r) for few directions.
    /// </summary>
    private static SnapshotBasis OfProducts(ISecondMoments products, RankRule rule, ILinearAlgebra la)
    {
        var found = SnapshotDirections.OfProducts(products.Xx, rule, la);
        var n = products.Xx.Rows;
        var shape = new SpectrumShape(n, (int)Math.Min(products.Count, int.MaxValue))
        {
            TotalEnergy = found.TotalEnergy,
            RelativeFloor = SpectrumShape.SquaredFloor(n),
        };
        var decision = rule.Decide(found.S, shape);
        var u = found.U.SelectColumns(0, decision.Rank);
        var inverse = Array.ConvertAll(found.S[..decision.Rank], value => 1 / value);
        var scaled = products.YxTimes(u, la).ScaleColumns(inverse);
        var explained = new double[n];
        for (var j = 0; j < scaled.Columns; j++)
        {
            TensorPrimitives.MultiplyAdd(scaled.Column(j), scaled.Column(j), explained, explained);
        }

        var b = scaled.ScaleColumns(inverse);
        Guard.Finite(b, "the image of the snapshots' basis");
        return new SnapshotBasis(u, b, found.S, decision, BasisMethod.Gram)
        {
            Explained = explained,
            Warnings = found.Warnings,
        };
    }

    /// <summary>O(n m min(n, m)) exactly, O(n m cap) by the random range.</summary>
    public static SnapshotBasis Of(SnapshotPairs pairs, DmdOptions options, ILinearAlgebra la)
    {
        Guard.Finite(pairs.X, "the snapshots");
        Guard.Finite(pairs.Y, "the successors of the snapshots");
        if (options.RankCap is { } cap)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(cap, 1, nameof(options));
        }

        var d = options.ColumnScaling ? ColumnFactors(pairs) : pairs.WeightRoots();
        var small = Math.Min(pairs.X.Rows, pairs.X.Columns);
        var sketch = SketchWidth(options, small);
        if (small == 0 || Guard.LargestMagnitude(pairs.X.AsSpan()) == 0)
        {
            return Cut(pairs, options, d, (new Matrix(pairs.X.Rows, 0), [], new Matrix(0, pairs.X.Columns)), null, la);
        }

        if (sketch is { } width)
        {
            var found = SnapshotDirections.RandomRange(pairs.X, d, width, options.Seed, la);
            return Cut(pairs, options, d, found, Energy(pairs.X, d), la);
        }

        return Cut(pairs, options, d, la.ThinSvd(pairs.X.Copy().ScaleColumns(d)), null, la);
    }

    private static SnapshotBasis Cut(
        SnapshotPairs pairs,
        DmdOptions options,
        double[] d,
        (Matrix U, double[] S, Matrix Vt) svd,
        double? totalEnergy,
        ILinearAlgebra la)
    {
        var shape = new SpectrumShape(pairs.X.Rows, pairs.X.Columns)
        {
            Cap = options.RankCap,
            TotalEnergy = totalEnergy,
        };
        var method = totalEnergy is null ? BasisMethod.Svd : BasisMethod.RandomRange;
        return Cut(pairs, options.RankRule.Decide(svd.S, shape), d, svd, method, la);
    }

    private static SnapshotBasis Cut(
        SnapshotPairs pairs, RankDecision decision, double[] d, (Matrix U, double[] S, Matrix Vt) svd,
        BasisMethod method, ILinearAlgebra la)
    {
        var k = decision.Rank;
        var b = Image(pairs.Y, d, svd.Vt.SelectRows(0, k), svd.S, la);
        Guard.Finite(b, "the image of the snapshots' basis");
        return new SnapshotBasis(svd.U.SelectColumns(0, k), b, svd.S, decision, method);
    }

    /// <summary>Y D V S^(-1); <paramref name="vt"/> is overwritten.</summary>
    private static Matrix Image(Matrix y, double[] d, Matrix vt, double[] s, ILinearAlgebra la)
    {
        var inverse = Array.ConvertAll(s[..vt.Rows], value => 1 / value);
        return la.Outer(y, vt.ScaleRows(inverse).ScaleColumns(d));
    }

    /// <summary>
    /// Y D P'(P P')^(-1) S^(-1) with P = S^(-1) U' X D: least squares on the projected snapshots. P is V' but for
    /// rounding of the order s_1 / s_k, which the small, well-conditioned P P' takes out again; taking P for V' would
    /// square the condition number. V is never formed and nothing of it need be orthogonalised. Null when P P' is
    /// singular. O(n m k).
    /// </summary>
    private static (Matrix B, double[]? Explained)? Project(
        Matrix y, Matrix scaledX, double[] d, (Matrix U, double[] S) kept, ILinearAlgebra la)
    {
        var inverse = Array.ConvertAll(kept.S, value => 1 / value);
        var p = la.Times(kept.U.Copy().ScaleColumns(inverse), scaledX, transposeA: true);
        if (la.Cholesky(la.Syrk(p)) is not { } l)
        {
            return null;
        }

        // ||Y D P' L^-T||^2 row by row is what an orthonormal basis of the rows of P explains.
        var image = la.SolveLower(l, la.Outer(p.ScaleColumns(d), y), transpose: false);
        var explained = new double[y.Rows];
        for (var i = 0; i < explained.Length; i++)
        {
            explained[i] = TensorPrimitives.SumOfSquares<double>(image.Column(i));
        }

        return (la.SolveLower(l, image, transpose: true).ScaleRows(inverse).Transpose(), explained);
    }

    /// <summary>Columns of the sketch, or null when the exact decomposition is wanted or is no dearer.</summary>
    private static int? SketchWidth(DmdOptions options, int small)
    {
        if (small <= AlwaysExact || options.RankRule.NeedsWholeSpectrum)
        {
            return null;
        }

        var cap = options.RankCap ?? small;
        var most = options.RankRule is RankRule.Fixed f ? Math.Min(f.Rank, cap) : cap;
        var width = most + SnapshotDirections.Oversampling;
        return width <= small / 2 ? width : null;
    }

    /// <summary>D that brings every column to unit norm, beside the roots of the weights.</summary>
    private static double[] ColumnFactors(SnapshotPairs pairs)
    {
        var d = pairs.WeightRoots();
        for (var j = 0; j < d.Length; j++)
        {
            var norm = Norm(pairs.X.Column(j));

            // A zero column stays as it is, and a denormal norm is one whose inverse would overflow.
            d[j] /= norm == 0 ? 1 : Math.Max(norm, SmallestNormal);
        }

        return d;
    }

    /// <summary>||x|| without overflow or underflow at any scale.</summary>
    private static double Norm(ReadOnlySpan<double> x)
    {
        var largest = Guard.LargestMagnitude(x);
        if (largest is > 1e-140 and < 1e140 or 0)
        {
            return TensorPrimitives.Norm(x);
        }

        var sum = 0.0;
        foreach (var value in x)
        {
            sum += value / largest * (value / largest);
        }

        return largest * Math.Sqrt(sum);
    }

    private static double Energy(Matrix x, double[] d)
    {
        var sum = 0.0;
        for (var j = 0; j < d.Length; j++)
        {
            var norm = d[j] * Norm(x.Column(j));
            sum += norm * norm;
        }

        return sum;
    }
}
