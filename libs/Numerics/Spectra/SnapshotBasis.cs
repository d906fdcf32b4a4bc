using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Spectra;

/// <summary>
/// X D = U S V' truncated to rank k, and B = Y D V S^(-1), which is what the operator does to U. D holds the column
/// scaling and the roots of the weights.
/// </summary>
internal sealed record SnapshotBasis(Matrix U, Matrix B, double[] S, RankDecision Rank, BasisMethod Method)
{
    private const int Oversampling = 32;
    private const int PowerIterations = 2;
    private const double SmallestNormal = 2.2250738585072014e-308;

    // Below this a full decomposition takes well under a second, and nothing needs to be random.
    private const int AlwaysExact = 512;

    /// <summary>Of lifted pairs, whose columns may stand for many more; finite by their frame. No cap.</summary>
    public static SnapshotBasis Of(LiftedPairs lifted, RankRule rule, ILinearAlgebra la)
    {
        var (x, d) = (lifted.Pairs.X, ColumnFactors(lifted.Pairs, scaling: false));
        var svd = Guard.LargestMagnitude(x.AsSpan()) == 0
            ? (new Matrix(x.Rows, 0), [], new Matrix(0, x.Columns))
            : la.ThinSvd(x.Copy().ScaleColumns(d));
        var shape = new SpectrumShape(x.Rows, (int)Math.Min(lifted.Count, int.MaxValue));
        shape = lifted.Squared ? shape with { RelativeFloor = SpectrumShape.SquaredFloor(x.Rows) } : shape;
        return Cut(lifted.Pairs, rule.Decide(svd.S, shape), d, svd, BasisMethod.Svd, la);
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

        var d = ColumnFactors(pairs, options.ColumnScaling);
        var small = Math.Min(pairs.X.Rows, pairs.X.Columns);
        var sketch = SketchWidth(options, small);
        if (small == 0 || Guard.LargestMagnitude(pairs.X.AsSpan()) == 0)
        {
            return Cut(pairs, options, d, (new Matrix(pairs.X.Rows, 0), [], new Matrix(0, pairs.X.Columns)), null, la);
        }

        return sketch is { } width
            ? Cut(pairs, options, d, RandomRange(pairs.X, d, width, options.Seed, la), Energy(pairs.X, d), la)
            : Cut(pairs, options, d, la.ThinSvd(pairs.X.Copy().ScaleColumns(d)), null, la);
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
        var inverse = Array.ConvertAll(svd.S[..k], value => 1 / value);
        var weights = svd.Vt.SelectRows(0, k).ScaleRows(inverse).ScaleColumns(d);
        var b = la.Multiply(pairs.Y, weights, transposeB: true);
        Guard.Finite(b, "the image of the snapshots' basis");
        return new SnapshotBasis(svd.U.SelectColumns(0, k), b, svd.S, decision, method);
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
        return most + Oversampling <= small / 2 ? most + Oversampling : null;
    }

    /// <summary>
    /// Halko, Martinsson and Tropp 2011 (SIAM Rev. 53, algorithms 4.4 and 5.1): Q spans (A A')^2 A Omega,
    /// re-orthonormalised at each product, A = X D; then A ≈ Q (Q'A). X is never copied: D multiplies the thin side.
    /// </summary>
    private static (Matrix U, double[] S, Matrix Vt) RandomRange(
        Matrix x, double[] d, int width, int seed, ILinearAlgebra la)
    {
        var q = la.ThinQr(la.Multiply(x, SeededNormal.Matrix(x.Columns, width, seed).ScaleRows(d))).Q;
        for (var i = 0; i < PowerIterations; i++)
        {
            var back = la.ThinQr(la.Multiply(x, q, transposeA: true).ScaleRows(d)).Q;
            q = la.ThinQr(la.Multiply(x, back.ScaleRows(d))).Q;
        }

        var (v, s, ut) = la.ThinSvd(la.Multiply(x, q, transposeA: true).ScaleRows(d));
        return (la.Multiply(q, ut, transposeB: true), s, v.Transpose());
    }

    private static double[] ColumnFactors(SnapshotPairs pairs, bool scaling)
    {
        var d = new double[pairs.X.Columns];
        var weights = pairs.Weights.Span;
        for (var j = 0; j < d.Length; j++)
        {
            var norm = scaling ? Norm(pairs.X.Column(j)) : 1;

            // A zero column stays as it is, and a denormal norm is one whose inverse would overflow.
            d[j] = Math.Sqrt(weights[j]) / (norm == 0 ? 1 : Math.Max(norm, SmallestNormal));
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
