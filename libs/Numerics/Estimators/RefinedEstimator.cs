using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// DDMD_RRR, methods A4 (Drmač, Mezić and Mohr 2018, SIAM J. Sci. Comput. 40(4), algorithm 2): pairs scaled by column,
/// Ritz vectors refined so that each residual is the least its eigenvalue allows. O(N m min(N, m)) and O(r^3) a pair.
/// </summary>
public sealed record RefinedEstimator : PairEstimator
{
    /// <summary>Scaling by column is on by default here.</summary>
    public RefinedEstimator() => ColumnScaling = true;

    /// <summary>At most this many Ritz pairs are refined, ≥ 0, largest |lambda| first. Default 200.</summary>
    public int RefineLimit
    {
        get;
        init => field = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, "the number of pairs to refine is not negative");
    } = DmdOptions.DefaultRefineLimit;

    /// <summary>
    /// How the leading directions of the snapshots are found. Default by QR; by products it is twice as fast.
    /// </summary>
    public BasisMethod Basis { get; init; } = BasisMethod.Qr;

    /// <inheritdoc/>
    public override string Name => "refined-dmd";

    /// <inheritdoc/>
    protected internal override Regression Regress(LiftedPairs pairs, ILinearAlgebra la)
    {
        var basis = SnapshotBasis.Of(pairs, RankRule, la, Basis);
        return Regression.Of(basis, RefineLimit, la) with
        {
            ExactModes = false,
            Squared = pairs.Squared || basis.Method == BasisMethod.Gram,
            Explained = basis.Explained,
        };
    }
}
