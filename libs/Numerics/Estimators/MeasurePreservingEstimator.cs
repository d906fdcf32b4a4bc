using System.Numerics;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Measure-preserving EDMD (Colbrook 2023, SIAM J. Numer. Anal. 61): of all K that keep the energy G = X X' of
/// observables, K G K' = G, the nearest to the data. The paper's matrix acts on coefficients (rows of samples),
/// G^(-1/2) Q G^(1/2); the operator here acts on observables, psi(y) ≈ K psi(x), and is its transpose: with X = U S
/// V', G^(1/2) = U S U' and polar factor O = P Q' of S^(-1) (U'Y V) = P T Q', K = U S O S^(-1) U'. Eigenvalues are
/// computed from O itself, so that they lie on the unit circle to rounding whatever the condition of S. Weights of
/// pairs are the paper's quadrature weights. Right only for systems that preserve the measure the snapshots are drawn
/// from. O(N m min(N, m)). Residuals are those under the unconstrained image, Y V S^(-1).
/// </summary>
public sealed record MeasurePreservingEstimator : PairEstimator
{
    /// <inheritdoc/>
    public override string Name => "mp-edmd";

    /// <inheritdoc/>
    protected internal override Regression Regress(LiftedPairs pairs, ILinearAlgebra la)
    {
        var basis = SnapshotBasis.Of(pairs, RankRule, la);
        var s = basis.S[..basis.Rank.Rank];
        var inverse = Array.ConvertAll(s, value => 1 / value);
        var warnings = new List<string>(basis.Warnings);
        var t = la.Multiply(basis.U, basis.B, transposeA: true).ScaleColumns(s).ScaleRows(inverse);
        Guard.Finite(t, "the whitened image of the snapshots");
        var polar = OrthogonalEstimator.Polar(t, warnings, la);
        var atil = polar.Copy().ScaleRows(s).ScaleColumns(inverse);
        var regression = RegressionParts.Constrained(basis, atil, la);
        var spectrum = s.Length == 0 ? regression.Spectrum : OnTheCircle(regression.Spectrum, polar, s, la);
        return new Regression(RegressionParts.WithResiduals(spectrum, basis, la))
        {
            Squared = pairs.Squared,
            Warnings = warnings,
        };
    }

    /// <summary>Eigenpairs (lambda, v) of O made those of S O S^(-1): (lambda, S v).</summary>
    private static DmdSpectrum OnTheCircle(DmdSpectrum spectrum, Matrix polar, double[] s, ILinearAlgebra la)
    {
        var (values, vectors) = la.Eigen(polar);
        for (var j = 0; j < values.Length; j++)
        {
            var v = vectors.Column(j);
            for (var i = 0; i < v.Length; i++)
            {
                v[i] *= s[i] / s[0];
            }

            EigenPairs.Normalise(v);
        }

        var (ordered, w) = CanonicalOrder.Of(values, vectors);
        return spectrum with { Eigenvalues = ordered, ImprovedValues = ordered, Vectors = w };
    }
}
