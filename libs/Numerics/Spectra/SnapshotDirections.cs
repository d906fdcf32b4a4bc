using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Spectra;

/// <summary>
/// Left singular vectors of X (n × m) and its singular values, descending, by the way asked for. Under a fixed rank
/// that is small the ways that go through an n × n matrix look for the leading directions only.
/// </summary>
/// <param name="U">n × p, orthonormal columns.</param>
/// <param name="S">p long.</param>
/// <param name="Vt">Right singular vectors, p × m, where they came for free, else null.</param>
/// <param name="Method">The way that was taken.</param>
/// <param name="TotalEnergy">Sum of all s_i^2 when only the leading ones are listed.</param>
/// <param name="Warnings">Why it is not the way that was asked for, or took longer.</param>
internal sealed record SnapshotDirections(
    Matrix U, double[] S, Matrix? Vt, BasisMethod Method, double? TotalEnergy, IReadOnlyList<string> Warnings)
{
    /// <summary>Columns that a random range has beside those wanted.</summary>
    public const int Oversampling = 32;

    private const int PowerIterations = 2;

    // Elements of a matrix that is decomposed directly in a few milliseconds: nothing to save.
    private const int SmallMatrix = 1 << 14;

    // Up to here leading eigenvectors by tridiagonal reduction take no longer than looking for them.
    private const int SmallOrder = 1024;

    // Squares beyond these may have overflowed, or lost their digits to denormal numbers.
    private const double LeastEnergy = 1e-250;
    private const double MostEnergy = 1e250;

    /// <summary>
    /// Of finite X. By QR a small matrix, or one no longer than twice its height, is decomposed directly.
    /// </summary>
    /// <param name="x">n × m.</param>
    /// <param name="rule">What will be kept.</param>
    /// <param name="method">The way.</param>
    /// <param name="la">The linear algebra to run on.</param>
    public static SnapshotDirections Of(
        Matrix x, RankRule rule, BasisMethod method, ILinearAlgebra la) => method switch
        {
            BasisMethod.Gram => OfGram(x, rule, la),
            BasisMethod.RandomRange => OfRange(x, rule, la),
            BasisMethod.Qr when x.Columns > 2 * x.Rows && x.AsSpan().Length > SmallMatrix => OfFactor(x, rule, la),
            _ => OfAll(x, la),
        };

    /// <summary>The pairs (S^2, U) of a matrix of products X X'.</summary>
    public static SnapshotDirections OfProducts(Matrix gram, RankRule rule, ILinearAlgebra la)
    {
        string[] warnings = [];
        if (Few(rule, gram.Rows) is { } count)
        {
            var leading = gram.Rows > SmallOrder ? LeadingDirections.OfGram(gram, count, la) : null;
            warnings = leading is null && gram.Rows > SmallOrder ? [Slow(count)] : [];
            var (squares, vectors) = leading ?? la.LeadingSymmetricEigen(gram, count);
            var trace = 0.0;
            for (var i = 0; i < gram.Rows; i++)
            {
                trace += gram[i, i];
            }

            return new SnapshotDirections(vectors, Roots(squares), null, BasisMethod.Gram, trace, warnings);
        }

        var (values, all) = la.SymmetricEigen(gram);
        return new SnapshotDirections(all, Roots(values), null, BasisMethod.Gram, null, warnings);
    }

    /// <summary>
    /// Halko, Martinsson and Tropp 2011 (SIAM Rev. 53, algorithms 4.4 and 5.1): Q spans (A A')^2 A Omega,
    /// re-orthonormalised at each product, A = X D; then A ≈ Q (Q'A). X is never copied: D multiplies the thin side.
    /// </summary>
    public static (Matrix U, double[] S, Matrix Vt) RandomRange(
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

    private static SnapshotDirections OfAll(Matrix x, ILinearAlgebra la)
    {
        var (u, s, vt) = Guard.LargestMagnitude(x.AsSpan()) == 0
            ? (new Matrix(x.Rows, 0), [], new Matrix(0, x.Columns))
            : la.ThinSvd(x);
        return new SnapshotDirections(u, s, vt, BasisMethod.Svd, null, []);
    }

    /// <summary>
    /// X' = Q R: the right singular vectors of R are the left ones of X, and no digit is lost on the way.
    /// </summary>
    private static SnapshotDirections OfFactor(Matrix x, RankRule rule, ILinearAlgebra la)
    {
        var r = la.TransposedFactor(x);
        string[] warnings = [];
        if (Few(rule, x.Rows) is { } count)
        {
            if (LeadingDirections.OfFactor(r, count, la) is { } leading)
            {
                return new SnapshotDirections(leading.U, leading.S, null, BasisMethod.Qr, r.Energy(), []);
            }

            warnings = [Slow(count)];
        }

        var (_, s, ut) = la.ThinSvd(r);
        return new SnapshotDirections(ut.Transpose(), s, null, BasisMethod.Qr, null, warnings);
    }

    private static SnapshotDirections OfGram(Matrix x, RankRule rule, ILinearAlgebra la)
    {
        var gram = la.Syrk(x);
        var largest = 0.0;
        for (var i = 0; i < gram.Rows; i++)
        {
            largest = Math.Max(largest, gram[i, i]);
        }

        var safe = largest is > LeastEnergy and < MostEnergy;
        return safe || Guard.LargestMagnitude(x.AsSpan()) == 0
            ? OfProducts(gram, rule, la)
            : OfAll(x, la) with { Warnings = ["squares of the snapshots leave the range of a double: no products"] };
    }

    private static SnapshotDirections OfRange(Matrix x, RankRule rule, ILinearAlgebra la)
    {
        if (rule is not RankRule.Fixed { Rank: > 0 and var rank })
        {
            throw new ArgumentOutOfRangeException(
                nameof(rule),
                $"a random range needs a fixed rank of at least 1, got the rank rule {RankRuleText.Format(rule)}");
        }

        var width = Math.Min(rank + Oversampling, Math.Min(x.Rows, x.Columns));
        var d = new double[x.Columns];
        Array.Fill(d, 1);
        var (u, s, vt) = RandomRange(x, d, width, 0, la);
        return new SnapshotDirections(u, s, vt, BasisMethod.RandomRange, x.Energy(), []);
    }

    private static int? Few(RankRule rule, int n) =>
        rule is RankRule.Fixed { Rank: > 0 and var rank } && LeadingDirections.AreFew(rank, n) ? rank : null;

    private static string Slow(int count) =>
        $"the spectrum falls too slowly to single out {count} directions, so all were computed";

    private static double[] Roots(double[] squares) =>
        Array.ConvertAll(squares, square => Math.Sqrt(Math.Max(0, square)));
}
