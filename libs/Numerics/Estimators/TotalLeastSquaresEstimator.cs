using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Total least squares, methods S7: X and Y are both noisy, and least squares takes the noise of X for signal, which
/// shrinks |lambda| by s_x^2 / (s_x^2 + s_n^2). Z = [X; Y] is projected on its leading r right singular vectors, X V
/// V' and Y V V', and DMD done with these (Hemati, Rowley, Deem and Cattafesta 2017, Theor. Comput. Fluid Dyn. 31;
/// Dawson, Hemati, Williams and Rowley 2016, Exp. Fluids 57). r comes from <see cref="PairEstimator.RankRule"/>
/// applied to Z, and is at most N, where with m > N the projection is the classical total least squares of Golub and
/// Van Loan; with fewer than N noisy directions it has to be lower, e.g. fixed. A cut that removes nothing is
/// ordinary least squares and is warned of. Unbiased where the noise is equally large in all rows of X and Y: not for
/// rows without noise (the constant of an affine dictionary) or nonlinear observables. O(N m min(2 N, m)), twice to
/// four times DMD.
/// </summary>
public sealed record TotalLeastSquaresEstimator : PairEstimator
{
    /// <inheritdoc/>
    public override string Name => "tls-dmd";

    /// <inheritdoc/>
    protected internal override Regression Regress(LiftedPairs pairs, ILinearAlgebra la)
    {
        var n = pairs.Pairs.X.Rows;
        var roots = pairs.Pairs.WeightRoots();
        var z = pairs.Pairs.X.Above(pairs.Pairs.Y).ScaleColumns(roots);
        var found = SnapshotDirections.Of(z, RankRule, BasisMethod.Qr, la);
        var shape = RegressionParts.Shape(pairs, 2 * n) with { Cap = n, TotalEnergy = found.TotalEnergy };
        var joint = RankRule.Decide(found.S, shape);

        // Z V = U S: the projected pairs in the coordinates of V, which least squares does not tell from V V'.
        var projected = found.U.SelectColumns(0, joint.Rank).ScaleColumns(found.S.AsSpan(0, joint.Rank));
        var cut = new LiftedPairs(new SnapshotPairs(projected.SelectRows(0, n), projected.SelectRows(n, n)), null)
        {
            Count = pairs.Count,
            Squared = pairs.Squared,
        };
        var basis = SnapshotBasis.Of(cut, RankRule.Full, la);
        var reason = basis.Rank.Rank < joint.Rank
            ? $"{joint.Reason} (of [X; Y], of which X has {basis.Rank.Rank})"
            : $"{joint.Reason} (of [X; Y])";
        var rank = joint with { Rank = basis.Rank.Rank, Reason = reason };
        return Regression.Of(basis with { Rank = rank }, refine: 0, la) with
        {
            ExactModes = true,
            Squared = pairs.Squared,
            Warnings = joint.Rank > 0 && joint.Rank == joint.Possible && found.TotalEnergy is null
                ? [.. found.Warnings, .. basis.Warnings, KeptAll(joint.Rank)]
                : [.. found.Warnings, .. basis.Warnings],
        };
    }

    private static string KeptAll(int rank) =>
        $"the rank rule kept all {rank} directions of [X; Y]: this is ordinary least squares";
}
