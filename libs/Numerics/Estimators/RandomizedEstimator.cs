using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Randomized DMD, methods S12 (Erichson, Mathelin, Kutz and Brunton 2019, SIAM J. Appl. Dyn. Syst. 18; Halko,
/// Martinsson and Tropp 2011, SIAM Rev. 53, algorithm 4.4): Q (N × l), l = <see cref="TargetRank"/> + <see
/// cref="Oversampling"/>, spans (X X')^q X Z, re-orthonormalised at each product; DMD of Q'X, with B = Y V S^(-1) of
/// the whole Y rather than Q'Y, so that it is DMD itself where X has rank ≤ l. The test matrix is Z = X'G with seeded
/// Gaussian G (N × l), which an orthogonal mixing of the columns does not change. O(N m l (2 q + 4)) against O(N m
/// min(N, m)). What the range misses is estimated (eq. 4.3 there, ten probes, wrong once in 1e10) and reported.
/// </summary>
public sealed record RandomizedEstimator : PairEstimator
{
    /// <summary>The default of <see cref="TargetRank"/>.</summary>
    public const int DefaultTargetRank = 100;

    private const int Probes = 10;

    /// <summary>At most this many directions are kept, ≥ 1. Default 100.</summary>
    public int TargetRank
    {
        get;
        init => field = AtLeast(value, 1, "the target rank is at least 1");
    } = DefaultTargetRank;

    /// <summary>Directions sketched beside those, ≥ 0. Default 10.</summary>
    public int Oversampling
    {
        get;
        init => field = AtLeast(value, 0, "the oversampling is not negative");
    } = 10;

    /// <summary>q ≥ 0: more for singular values that decay slowly. Default 2.</summary>
    public int PowerIterations
    {
        get;
        init => field = AtLeast(value, 0, "the number of power iterations is not negative");
    } = 2;

    /// <summary>Of the sketch and the probes. Default 0.</summary>
    public int Seed { get; init; }

    /// <inheritdoc/>
    public override string Name => "randomized-dmd";

    /// <inheritdoc/>
    protected internal override Regression Regress(LiftedPairs pairs, ILinearAlgebra la)
    {
        var x = pairs.Pairs.X;
        var width = TargetRank + (long)Oversampling;
        if (RankRule.NeedsWholeSpectrum || width >= Math.Min(x.Rows, x.Columns))
        {
            var exact = Regression.Of(SnapshotBasis.Of(pairs, RankRule, la), refine: 0, la);
            return exact with
            {
                ExactModes = true,
                Squared = pairs.Squared,
                Warnings = RankRule.NeedsWholeSpectrum
                    ? [.. exact.Warnings, "the rank rule needs all singular values, so nothing was randomized"]
                    : exact.Warnings,
            };
        }

        var sketched = x.Copy().ScaleColumns(pairs.Pairs.WeightRoots());
        return Guard.LargestMagnitude(sketched.AsSpan()) == 0
            ? Regression.Of(SnapshotBasis.Of(pairs, RankRule, la), refine: 0, la)
            : Sketch(pairs, sketched, (int)width, la);
    }

    private Regression Sketch(LiftedPairs pairs, Matrix x, int width, ILinearAlgebra la)
    {
        var q = Range(x, width, la);
        var (u, s, vt) = la.ThinSvd(la.Times(q, x, transposeA: true));
        var shape = RegressionParts.Shape(pairs, x.Rows) with { Cap = TargetRank, TotalEnergy = x.Energy() };
        var rank = RankRule.Decide(s, shape);
        var k = rank.Rank;
        var inverse = Array.ConvertAll(s[..k], value => 1 / value);
        var weights = vt.SelectRows(0, k).ScaleRows(inverse).ScaleColumns(pairs.Pairs.WeightRoots());
        var b = la.Outer(pairs.Pairs.Y, weights);
        Guard.Finite(b, "the image of the snapshots' basis");
        var missed = Missed(x, q, la);
        var reason = RegressionParts.Text(
            $"{rank.Reason}; the range of {width} misses at most {missed / s[0]:0.#E+00} s1");
        var basis = new SnapshotBasis(
            la.Multiply(q, u.SelectColumns(0, k)), b, s, rank with { Reason = reason }, BasisMethod.RandomRange);
        return Regression.Of(basis, refine: 0, la) with
        {
            ExactModes = true,
            Squared = pairs.Squared,
            Warnings = k > 0 && missed > s[k - 1] ? [TooNarrow(width, missed / s[0], s[k - 1] / s[0])] : [],
        };
    }

    private Matrix Range(Matrix x, int width, ILinearAlgebra la)
    {
        var q = SeededNormal.Matrix(x.Rows, width, Seed);
        for (var i = 0; i <= PowerIterations; i++)
        {
            var back = la.ThinQr(la.Times(x, q, transposeA: true)).Q;
            q = la.ThinQr(la.Times(x, back)).Q;
        }

        return q;
    }

    /// <summary>A bound of ||(I - Q Q') X||_2 from ||X'(I - Q Q') g||, g Gaussian, by Halko et al. eq. 4.3.</summary>
    private double Missed(Matrix x, Matrix q, ILinearAlgebra la)
    {
        var g = SeededNormal.Matrix(x.Rows, Probes, unchecked(Seed + 1));
        var inside = la.Multiply(q, la.Multiply(q, g, transposeA: true));
        TensorPrimitives.Subtract<double>(g.AsSpan(), inside.AsSpan(), g.AsSpan());
        var images = la.Times(x, g, transposeA: true);
        var largest = 0.0;
        for (var j = 0; j < Probes; j++)
        {
            largest = Math.Max(largest, TensorPrimitives.Norm<double>(images.Column(j)));
        }

        return 10 * Math.Sqrt(2 / Math.PI) * largest;
    }

    private static string TooNarrow(int width, double missed, double kept) => RegressionParts.Text(
        $"a random range of {width} may miss directions as large as {missed:0.#E+00} s1, and some kept are only ")
        + RegressionParts.Text($"{kept:0.#E+00} s1: raise the target rank or the power iterations");

    private static int AtLeast(int value, int least, string rule) =>
        value >= least ? value : throw new ArgumentOutOfRangeException(nameof(value), value, rule);
}
