using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Compressed DMD, methods S12 (Brunton, Proctor, Tu and Kutz 2015, J. Comput. Dyn. 2): with seeded measurements C (p
/// × N), C X = Uc S V', the operator is Uc'C Y V S^(-1) in the coordinates z = Uc'C psi, its modes the full Y V
/// S^(-1) w / lambda. The operator keeps both, encoder E = C'Uc and decoder X V S^(-1), the encoder made orthonormal.
/// It is DMD where p is at least the rank of X and C sees all of it; otherwise what C does not see is lost, and a
/// rank that reaches p is warned of. Residuals are those in full, ||(Y - lambda X) V S^(-1) w|| / ||X V S^(-1) w||.
/// O(p N m) to measure, O(p^2 m) to decompose, O(N m r) for modes.
/// </summary>
public sealed record CompressedEstimator : PairEstimator
{
    /// <summary>The default of <see cref="Measurements"/>.</summary>
    public const int DefaultMeasurements = 64;

    /// <summary>p ≥ 1; with p ≥ N every observable is measured once. Default 64.</summary>
    public int Measurements
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "there is at least 1 measurement");
    } = DefaultMeasurements;

    /// <summary>What is measured. Default Gaussian.</summary>
    public MeasurementKind Kind
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, "the kind of measurement is Gaussian, SparseSigns or Rows");
    }

    /// <summary>Of the measurements. Default 0.</summary>
    public int Seed { get; init; }

    /// <inheritdoc/>
    public override string Name => "compressed-dmd";

    /// <inheritdoc/>
    protected internal override Regression Regress(LiftedPairs pairs, ILinearAlgebra la)
    {
        var (x, y) = (pairs.Pairs.X, pairs.Pairs.Y);
        var roots = pairs.Pairs.WeightRoots();
        var c = Measure(x.Rows);
        var measured = la.Times(c, x).ScaleColumns(roots);
        Guard.Finite(measured, "the measurements of the snapshots");
        var (uc, s, vt) = RegressionParts.Svd(measured, la);
        var rank = RankRule.Decide(s, RegressionParts.Shape(pairs, c.Rows));
        var r = rank.Rank;
        if (r == 0)
        {
            var empty = new Matrix(x.Rows, 0);
            return Regression.Of(new SnapshotBasis(empty, empty, s, rank, BasisMethod.Svd), refine: 0, la);
        }

        var inverse = Array.ConvertAll(s[..r], value => 1 / value);
        var weights = vt.SelectRows(0, r).ScaleRows(inverse).ScaleColumns(roots);

        // z = E' psi with E = C'Uc = Q R: psi ≈ (X W) R' Q' psi and psi_next ≈ (Y W) R' Q' psi, W the weights.
        var (q, triangle) = la.ThinQr(la.Multiply(c, uc.SelectColumns(0, r), transposeA: true));
        var (now, next) = (Turned(x, weights, triangle, la), Turned(y, weights, triangle, la));
        var reason = RegressionParts.Text($"{rank.Reason} (of {c.Rows} measurements)");
        var basis = new SnapshotBasis(q, next, s, rank with { Reason = reason }, BasisMethod.Svd);
        var spectrum = Regression.Of(basis, refine: 0, la).Spectrum;
        var residuals = RegressionParts.Residuals(next, now, spectrum.Eigenvalues.Span, spectrum.Vectors, la);
        return new Regression(spectrum with { Residuals = residuals, RitzResiduals = residuals })
        {
            Decoder = now,
            ExactModes = true,
            Squared = pairs.Squared,
            Warnings = r == c.Rows && r < Math.Min(x.Rows, x.Columns)
                ? [$"all {r} measurements were independent: the snapshots may have more directions than were measured"]
                : [],
        };
    }

    private static Matrix Turned(Matrix side, Matrix weights, Matrix triangle, ILinearAlgebra la)
    {
        var turned = la.Multiply(la.Outer(side, weights), triangle, transposeB: true);
        Guard.Finite(turned, "the modes of the measured snapshots");
        return turned;
    }

    /// <summary>C, p × n, from the seed alone.</summary>
    private Matrix Measure(int n)
    {
        var p = Math.Min(Measurements, n);
        if (p == n)
        {
            return Matrix.Identity(n);
        }

        if (Kind == MeasurementKind.Gaussian)
        {
            return SeededNormal.Matrix(p, n, Seed);
        }

        var (random, c) = (new Random(Seed), new Matrix(p, n));
        if (Kind == MeasurementKind.SparseSigns)
        {
            foreach (ref var weight in c.AsSpan())
            {
                weight = random.Next(6) switch { 0 => 1, 1 => -1, _ => 0 };
            }

            return c;
        }

        var rows = new int[n];
        for (var i = 0; i < n; i++)
        {
            rows[i] = i;
        }

        random.Shuffle(rows);
        for (var i = 0; i < p; i++)
        {
            c[i, rows[i]] = 1;
        }

        return c;
    }
}
