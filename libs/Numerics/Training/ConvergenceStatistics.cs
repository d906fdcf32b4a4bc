using System.Numerics;

using KoopmanMesh.Numerics.Operators;

namespace KoopmanMesh.Numerics.Training;

/// <summary>
/// What the spectrum of a window of training says about its end (after Manojlović et al. 2020, arXiv 2006.11765; the
/// statistics are a reconstruction, methods P1.4 [R]). Eigenvalues at 1 are what has stopped moving, |lambda| &lt; 1
/// what is still to settle, |lambda| > 1 what runs away.
/// </summary>
/// <param name="NearOne">N_eps: eigenvalues with |lambda - 1| ≤ eps.</param>
/// <param name="NearOneMass">rho_eps: their share of the importance, in [0, 1]; 0 without eigenvalues.</param>
/// <param name="TransientMass">
/// tau: sum of importance · |lambda|^W over |lambda| &lt; 1 - eps, what W more steps leave of the transients, in units
/// of the state.
/// </param>
/// <param name="Instability">
/// Largest |lambda| among the pairs whose residual is at most the one trusted; 0 without.
/// </param>
public sealed record ConvergenceStatistics(int NearOne, double NearOneMass, double TransientMass, double Instability)
{
    /// <summary>The default eps.</summary>
    public const double DefaultNearness = 0.01;

    /// <summary>The default residual, relative to the operator's norm, up to which a pair is trusted.</summary>
    public const double DefaultTrust = 1e-2;

    /// <summary>The share of the importance that has to be near one.</summary>
    public const double StopMass = 0.99;

    /// <summary>The transient mass, relative to the state, that may be left.</summary>
    public const double StopTransient = 1e-3;

    /// <summary>Reads the statistics off an operator fitted to one window. O(r).</summary>
    /// <param name="fit">The operator.</param>
    /// <param name="window">W, steps ahead that transients are followed; > 0.</param>
    /// <param name="nearness">eps.</param>
    /// <param name="trust">Residual up to which a pair counts for <see cref="Instability"/>.</param>
    public static ConvergenceStatistics Of(
        KoopmanOperator fit, int window, double nearness = DefaultNearness, double trust = DefaultTrust)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        var (near, nearMass, mass, transient, instability) = (0, 0.0, 0.0, 0.0, 0.0);
        for (var j = 0; j < fit.Spectrum.Eigenvalues.Length; j++)
        {
            var (lambda, importance) = (fit.Spectrum.Eigenvalues.Span[j], fit.Spectrum.Importance.Span[j]);
            var modulus = Complex.Abs(lambda);
            mass += importance;
            if (Complex.Abs(lambda - 1) <= nearness)
            {
                near++;
                nearMass += importance;
            }

            transient += modulus < 1 - nearness ? importance * Math.Pow(modulus, window) : 0;
            instability = fit.Spectrum.Residuals.IsEmpty || fit.Spectrum.Residuals.Span[j] <= trust
                ? Math.Max(instability, modulus)
                : instability;
        }

        return new ConvergenceStatistics(near, mass > 0 ? nearMass / mass : 0, transient, instability);
    }

    /// <summary>
    /// True when the window alone says that nothing of note will move: rho ≥ 0.99 and tau ≤ 1e-3 ||state||. Stopping
    /// itself asks for several such windows and a flat loss.
    /// </summary>
    public bool HasSettled(double stateNorm) =>
        NearOneMass >= StopMass && TransientMass <= StopTransient * stateNorm;
}
