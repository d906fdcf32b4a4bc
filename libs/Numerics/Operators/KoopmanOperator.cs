using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Numerics.Operators;

/// <summary>
/// A fitted Koopman operator, whatever method found it: with h_k = [x_k; x_(k-1); …] the newest q states,
/// z_k = E' psi(h_k), z_(k+1) = A z_k + G u_k, x_k ≈ C z_k and x_(k+1) ≈ D z_k + F u_k. Immutable, thread-safe;
/// matrices are not to be written to.
/// </summary>
public sealed partial record KoopmanOperator
{
    /// <summary>The estimator's name, e.g. "exact-dmd".</summary>
    public required string Method { get; init; }

    /// <summary>psi: R^(n q) → R^N.</summary>
    public required Dictionary Observables { get; init; }

    /// <summary>q ≥ 1 states in h, newest first.</summary>
    public required int Delays { get; init; }

    /// <summary>Time of one step, > 0.</summary>
    public required double TimeStep { get; init; }

    /// <summary>E, N × r.</summary>
    public required Matrix Encoder { get; init; }

    /// <summary>A, r × r.</summary>
    public required Matrix Reduced { get; init; }

    /// <summary>C, n × r: the state now.</summary>
    public required Matrix Decoder { get; init; }

    /// <summary>
    /// D, n × r: the state one step later. Not always C A: D keeps what a step moves out of the span of the basis.
    /// </summary>
    public required Matrix Image { get; init; }

    /// <summary>G, r × c; null without control.</summary>
    public Matrix? Input { get; init; }

    /// <summary>F, n × c; null without control.</summary>
    public Matrix? InputImage { get; init; }

    /// <summary>Its eigenpairs.</summary>
    public required KoopmanSpectrum Spectrum { get; init; }

    /// <summary>What the fit says about itself.</summary>
    public required FitDiagnostics Diagnostics { get; init; }

    /// <summary>How certain the eigenvalues are; null when nothing was resampled.</summary>
    public KoopmanIntervals? Intervals { get; init; }

    /// <summary>n.</summary>
    public int StateWidth => Decoder.Rows;

    /// <summary>r.</summary>
    public int Rank => Reduced.Rows;

    /// <summary>c; 0 without control.</summary>
    public int InputWidth => Input?.Columns ?? 0;
}
