using System.Numerics;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Operators;

/// <summary>
/// Eigenpairs of an operator as its user reads them: descending |lambda|, ties by angle, conjugates adjacent; all lists
/// share that order and have r entries. Immutable.
/// </summary>
public sealed record KoopmanSpectrum
{
    /// <summary>lambda_j, per time step.</summary>
    public required ReadOnlyMemory<Complex> Eigenvalues { get; init; }

    /// <summary>
    /// How far (lambda_j, mode j) is from being an eigenpair of what was observed, relative to the operator's norm;
    /// each estimator says which residual. NaN is never reported: a method without residuals has an empty list.
    /// </summary>
    public required ReadOnlyMemory<double> Residuals { get; init; }

    /// <summary>
    /// res(lambda_j, phi_j) of ResDMD on the held-out pairs (Colbrook and Townsend 2024): how far the eigenfunction
    /// is from being multiplied by lambda_j in data that the number was not made for. Unlike <see cref="Residuals"/>
    /// it does not vanish when the basis spans everything. Infinite for an eigenfunction that vanishes on the
    /// held-out pairs: nothing is known of it. Empty without hold-out or with control.
    /// </summary>
    public ReadOnlyMemory<double> DataResiduals { get; init; }

    /// <summary>
    /// |b_j| with unit modes, averaged over the initial states (methods A8): how much of the data mode j carries.
    /// </summary>
    public required ReadOnlyMemory<double> Importance { get; init; }

    /// <summary>b_j for the first initial state: x_k ≈ sum of modes_j lambda_j^k b_j.</summary>
    public required ReadOnlyMemory<Complex> Amplitudes { get; init; }

    /// <summary>
    /// Modes in the state's own coordinates, n × r: unit norm, first largest component real and positive; zero columns
    /// for modes the state does not show.
    /// </summary>
    public required ComplexMatrix Modes { get; init; }

    /// <summary>Eigenvectors w_j of the reduced operator, r × r, unit norm.</summary>
    public required ComplexMatrix Vectors { get; init; }

    /// <summary>
    /// omega_j = log(lambda_j) / dt: growth rates (real part) and angular frequencies (imaginary part, within ±pi / dt:
    /// faster ones alias). Negative infinity for lambda_j = 0.
    /// </summary>
    public Complex[] ContinuousEigenvalues(double timeStep)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(timeStep);
        return Array.ConvertAll(
            Eigenvalues.ToArray(),
            lambda => lambda == Complex.Zero
                ? new Complex(double.NegativeInfinity, 0)
                : Complex.Log(lambda) / timeStep);
    }
}
