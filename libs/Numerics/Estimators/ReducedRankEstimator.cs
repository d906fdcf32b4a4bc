using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Reduced-rank regression: argmin ||Y - K X||_F over rank(K) ≤ r (Izenman 1975, J. Multivariate Anal. 5; as an
/// operator Héas and Herzet 2022, J. Nonlinear Sci. 32; Kostic et al. 2022, NeurIPS). With X = U S V' cut by <see
/// cref="PairEstimator.RankRule"/> and P_r the leading left singular vectors of Y V: K = P_r P_r' Y V S^(-1) U', by
/// Eckart and Young the least error of rank r. Cutting X instead, as DMD does, keeps what is large in the past; this
/// keeps what says most of the future. O(N m min(N, m)). The operator has r eigenpairs: those of rank-deficient K
/// that are not zero by construction.
/// </summary>
public sealed record ReducedRankEstimator : PairEstimator
{
    /// <summary>
    /// The rank of the operator, from the singular values of Y V. Default s > 1e-8 s_1: nearly nothing.
    /// </summary>
    public RankRule RegressionRank { get; init; } = new RankRule.RelTol(1e-8);

    /// <inheritdoc/>
    public override string Name => "reduced-rank-dmd";

    /// <inheritdoc/>
    protected internal override Regression Regress(LiftedPairs pairs, ILinearAlgebra la)
    {
        var basis = SnapshotBasis.Of(pairs, RankRule, la);
        var reduced = Regression.Of(Reduce(basis, pairs, la), refine: 0, la);
        return reduced with
        {
            Spectrum = reduced.Spectrum with { ConditionNumber = basis.ConditionNumber },
            ExactModes = true,
            Squared = pairs.Squared,
        };
    }

    // The directions of X are not those of the operator, and stay as many as the rule says.
    internal override PairEstimator WithRank(int rank) => this with { RegressionRank = new RankRule.Fixed(rank) };

    private SnapshotBasis Reduce(SnapshotBasis basis, LiftedPairs pairs, ILinearAlgebra la)
    {
        var k = basis.Rank.Rank;
        var (p, s, _) = RegressionParts.Svd(basis.B.Copy().ScaleColumns(basis.S.AsSpan(0, k)), la);
        var shape = new SpectrumShape(basis.U.Rows, Math.Max(1, k))
        {
            RelativeFloor = RegressionParts.Shape(pairs, basis.U.Rows).RelativeFloor,
        };
        var decision = RegressionRank.Decide(s, shape);
        var r = decision.Rank;
        var leading = p.SelectColumns(0, r);

        // K = P_r M U' with M = P_r'B; from M = F T C' the directions of X that K listens to are U C.
        var (f, t, ct) = RegressionParts.Svd(la.Multiply(leading, basis.B, transposeA: true), la);
        var reason = RegressionParts.Text($"{decision.Reason} (of Y; of X {k}: {basis.Rank.Reason})");
        return basis with
        {
            U = la.Multiply(basis.U, ct, transposeB: true),
            B = la.Multiply(leading, f.ScaleColumns(t)),
            Rank = decision with { Rank = t.Length, Reason = reason },
        };
    }
}
