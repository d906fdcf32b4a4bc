using System.Numerics;

using KoopmanMesh.Numerics.Determinants;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Spectra;

/// <summary>
/// What a dynamic mode decomposition found: the operator reduced to r directions of the snapshots, its eigenpairs and
/// how far each is from being one. Eigenvalues come by descending |lambda|, ties by angle, conjugates adjacent with Im
/// > 0 first; all lists share that order. Rank 0 (zero snapshots) is the empty operator: no eigenpairs. Immutable;
/// matrices are not to be written to.
/// </summary>
public sealed record DmdSpectrum
{
    /// <summary>The default of <see cref="Trusted"/>.</summary>
    public const double DefaultTrust = 1e-2;

    /// <summary>lambda_i, the eigenvalues of <see cref="ReducedOperator"/> (Ritz values), r long.</summary>
    public required ReadOnlyMemory<Complex> Eigenvalues { get; init; }

    /// <summary>
    /// rho_i = w_i^H Atil w_i, improved Ritz values; equal to lambda_i where the pair was not refined.
    /// </summary>
    public required ReadOnlyMemory<Complex> ImprovedValues { get; init; }

    /// <summary>||B w_i - lambda_i U w_i|| with w_i from <see cref="Vectors"/>, ||w_i|| = 1.</summary>
    public required ReadOnlyMemory<double> Residuals { get; init; }

    /// <summary>
    /// The same with w_i the eigenvector of <see cref="ReducedOperator"/>; never less than <see cref="Residuals"/>.
    /// </summary>
    public required ReadOnlyMemory<double> RitzResiduals { get; init; }

    /// <summary>How many pairs were refined: the first ones.</summary>
    public required int Refined { get; init; }

    /// <summary>w_i as columns, r × r, unit norm, refined where <see cref="Refined"/> says so.</summary>
    public required ComplexMatrix Vectors { get; init; }

    /// <summary>Atil = U' B, r × r.</summary>
    public required Matrix ReducedOperator { get; init; }

    /// <summary>U, n × r, orthonormal columns.</summary>
    public required Matrix Basis { get; init; }

    /// <summary>
    /// B = Y V S^(-1), n × r: what the operator does to <see cref="Basis"/>; K = B U' when it is wanted in full.
    /// </summary>
    public required Matrix Image { get; init; }

    /// <summary>||B||_2, the scale of the residuals.</summary>
    public required double ImageNorm { get; init; }

    /// <summary>
    /// Singular values of the (scaled, weighted) snapshots, descending; the leading ones under <see
    /// cref="BasisMethod.RandomRange"/>.
    /// </summary>
    public required ReadOnlyMemory<double> SingularValues { get; init; }

    /// <summary>How many directions were kept, and why.</summary>
    public required RankDecision Rank { get; init; }

    /// <summary>How the directions were found.</summary>
    public required BasisMethod Method { get; init; }

    /// <summary>s_1 / s_r over the kept directions; 1 when nothing was kept.</summary>
    public required double ConditionNumber { get; init; }

    /// <summary>Sum of log|lambda_i|: the log-determinant of the reduced operator.</summary>
    public double LogEigDet => LogDeterminants.LogEigDet(Eigenvalues.Span);

    /// <summary>Indices of the pairs whose residual is at most <paramref name="relative"/> · ||B||_2.</summary>
    public IReadOnlyList<int> Trusted(double relative = DefaultTrust) =>
        [.. Enumerable.Range(0, Residuals.Length).Where(i => Residuals.Span[i] <= relative * ImageNorm)];

    /// <summary>
    /// z_i = U w_i as columns, n × r, unit norm, first largest component real and positive. O(n r^2).
    /// </summary>
    public ComplexMatrix Modes(ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(la);
        var modes = ComplexParts.Times(la, Basis, Vectors);
        for (var j = 0; j < modes.Columns; j++)
        {
            CanonicalOrder.FixPhase(modes.Column(j));
        }

        return modes;
    }

    /// <summary>
    /// Exact modes phi_i = B w_i / lambda_i as columns, n × r (Tu et al. 2014, J. Comput. Dyn. 1, eq. 9); B w_i where
    /// lambda_i is 0 and B w_i is not, else z_i. Not normalised. O(n r^2).
    /// </summary>
    public ComplexMatrix ExactModes(ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(la);
        var modes = ComplexParts.Times(la, Image, Vectors);
        var negligible = 1e-14 * ImageNorm;
        ComplexMatrix? projected = null;
        for (var j = 0; j < modes.Columns; j++)
        {
            var mode = modes.Column(j);
            var lambda = Eigenvalues.Span[j];
            if (Complex.Abs(lambda) > negligible)
            {
                for (var i = 0; i < mode.Length; i++)
                {
                    mode[i] /= lambda;
                }
            }
            else if (ComplexParts.SumOfSquares(mode) <= negligible * negligible)
            {
                projected ??= Modes(la);
                projected.Column(j).CopyTo(mode);
            }
        }

        return modes;
    }
}
