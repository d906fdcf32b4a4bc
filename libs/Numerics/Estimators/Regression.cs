using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// What a regression of lifted pairs found: Y ≈ B U' X + F u, with U, B and the eigenpairs of U'B in <see
/// cref="Spectrum"/>.
/// </summary>
/// <param name="Spectrum">U (N × r, orthonormal), B (N × r), A = U'B and its eigenpairs with residuals.</param>
public sealed record Regression(DmdSpectrum Spectrum)
{
    /// <summary>F, N × c: what an input adds to the next observables; null without control.</summary>
    public Matrix? InputImage { get; init; }

    /// <summary>
    /// N × r, psi(x_k) ≈ Decoder z_k, where the basis itself would be a poor one (it spans the measurements, not the
    /// states); null for the basis.
    /// </summary>
    public Matrix? Decoder { get; init; }

    /// <summary>Modes are D w / lambda (exact, Tu et al. 2014) instead of C w (projected).</summary>
    public bool ExactModes { get; init; }

    /// <summary>Singular values were square roots of eigenvalues: twice the digits are lost.</summary>
    public bool Squared { get; init; }

    /// <summary>
    /// Energy of each observable's successors that least squares explained, N long: what remains is the error on the
    /// pairs fitted. Null where it is not known.
    /// </summary>
    internal double[]? Explained { get; init; }

    /// <summary>Sentences for <see cref="Operators.FitDiagnostics.Warnings"/>.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The eigenpairs of the operator U → B.</summary>
    /// <param name="basis">U, B and how they were found.</param>
    /// <param name="refine">How many Ritz pairs to refine.</param>
    /// <param name="la">The linear algebra to run on.</param>
    internal static Regression Of(SnapshotBasis basis, int refine, ILinearAlgebra la) =>
        new(RitzPairs.Of(basis, refine, la)) { Warnings = basis.Warnings };
}
