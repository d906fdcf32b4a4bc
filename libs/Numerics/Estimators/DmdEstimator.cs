using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Dynamic mode decomposition, methods A3: X ≈ U S V', B = Y V S^(-1), A = U'B; modes B w / lambda (exact, Tu et al.
/// 2014, J. Comput. Dyn. 1) or U w (projected, Schmid 2010, J. Fluid Mech. 656). With delays Hankel DMD, with a
/// dictionary EDMD (Williams, Kevrekidis and Rowley 2015, J. Nonlinear Sci. 25). O(N m min(N, m)).
/// </summary>
public sealed record DmdEstimator : PairEstimator
{
    /// <summary>Projected modes U w instead of exact ones. Default false.</summary>
    public bool Projected { get; init; }

    /// <summary>
    /// How the leading directions of the snapshots are found. Default by QR; by products it is twice as fast.
    /// </summary>
    public BasisMethod Basis { get; init; } = BasisMethod.Qr;

    /// <inheritdoc/>
    public override string Name => Projected ? "projected-dmd" : "exact-dmd";

    // Blocks to leave out or draw again need their pairs.
    private protected override bool SumsLags(SnapshotData data) =>
        Basis == BasisMethod.Gram && Delays > 1 && !IsValidated && !ColumnScaling
        && Observables == ObservablesSpec.Identity && LagSource.IsWorthIt(data, Delays);

    /// <inheritdoc/>
    protected internal override Regression Regress(LiftedPairs pairs, ILinearAlgebra la)
    {
        var basis = SnapshotBasis.Of(pairs, RankRule, la, Basis);
        return Regression.Of(basis, refine: 0, la) with
        {
            ExactModes = !Projected,
            Squared = pairs.Squared || basis.Method == BasisMethod.Gram,
            Explained = basis.Explained,
        };
    }
}
