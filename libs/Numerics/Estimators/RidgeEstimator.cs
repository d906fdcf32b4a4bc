using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Ridge (Tikhonov) regression, methods A5: argmin ||Y - K X||_F^2 + gamma ||K||_F^2, K = Y X' (X X' + gamma I)^(-1),
/// gamma = <see cref="Penalty"/> · trace(X X') / N (Hoerl and Kennard 1970, Technometrics 12; for EDMD Williams et
/// al. 2015). By filter factors, never by the normal equations: B = Y V diag(s / (s^2 + gamma)), which costs no
/// digits. O(N m min(N, m)). Directions weaker than sqrt(gamma) are damped towards 0, which shrinks their eigenvalues
/// as well as their noise.
/// </summary>
public sealed record RidgeEstimator : PairEstimator
{
    /// <summary>The default of <see cref="Penalty"/>.</summary>
    public const double DefaultPenalty = 1e-10;

    /// <summary>
    /// gamma relative to the mean of the squared singular values, trace(X X') / N, ≥ 0. Default 1e-10.
    /// </summary>
    public double Penalty
    {
        get;
        init => field = value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the ridge is finite and not negative");
    } = DefaultPenalty;

    /// <inheritdoc/>
    public override string Name => "ridge-dmd";

    /// <inheritdoc/>
    protected internal override Regression Regress(LiftedPairs pairs, ILinearAlgebra la)
    {
        var basis = SnapshotBasis.Of(pairs, RankRule, la);
        return Regression.Of(Filter(basis, pairs.Pairs), refine: 0, la) with
        {
            ExactModes = true,
            Squared = pairs.Squared,
        };
    }

    private SnapshotBasis Filter(SnapshotBasis basis, SnapshotPairs pairs)
    {
        var k = basis.Rank.Rank;
        if (k == 0 || Penalty == 0)
        {
            return basis;
        }

        // Relative to s_1, so that neither data at 1e200 nor at 1e-200 leaves the range of a double.
        var (largest, mean, factors, effective) = (basis.S[0], 0.0, new double[k], 0.0);
        for (var j = 0; j < pairs.X.Columns; j++)
        {
            var norm = TensorPrimitives.Norm<double>(pairs.X.Column(j)) / largest;
            mean += pairs.Weights.Span[j] * norm * norm / basis.U.Rows;
        }

        for (var i = 0; i < k; i++)
        {
            var energy = basis.S[i] / largest * (basis.S[i] / largest);
            factors[i] = energy / (energy + (Penalty * mean));
            effective += factors[i];
        }

        var reason = RegressionParts.Text(
            $"{basis.Rank.Reason}; a ridge of {Penalty:0.###E+00} leaves {effective:0.##} effective");
        return basis with { B = basis.B.ScaleColumns(factors), Rank = basis.Rank with { Reason = reason } };
    }
}
