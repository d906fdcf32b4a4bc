using System.Numerics;

namespace KoopmanMesh.Numerics.Training.Windows;

/// <summary>
/// What the spectrum of a window of training says about its end (after Manojlović et al. 2020, arXiv 2006.11765; the
/// statistics are a reconstruction, methods P1.4 [R]). Eigenvalues at 1 are what has stopped moving, |lambda| &lt; 1
/// what is still to settle, |lambda| > 1 what runs away. Over trusted Ritz pairs alone: what no pair is trusted for,
/// such as the noise of stochastic gradients, is in none of the numbers.
/// </summary>
/// <param name="NearOne">N_eps: eigenvalues with |lambda - 1| ≤ eps.</param>
/// <param name="NearOneMass">
/// rho_eps: their share of the importance, in [0, 1]. Without any importance (zero snapshots) 1; without pairs 0.
/// </param>
/// <param name="TransientMass">
/// tau: sum of importance · |lambda|^W over |lambda| &lt; 1 - eps. Importance counts from the window's start, so this
/// is what is left of the transients at its last snapshot and is still going to move, in the unit of the snapshot.
/// </param>
/// <param name="Instability">Largest |lambda|; 0 without pairs.</param>
public sealed record ConvergenceStatistics(int NearOne, double NearOneMass, double TransientMass, double Instability)
{
    /// <summary>Beyond this <see cref="Instability"/> says that something runs away (methods P1.4).</summary>
    public const double UnstableBeyond = 1.02;

    /// <summary>Reads the statistics off trusted modes. O(r).</summary>
    /// <param name="modes">The modes.</param>
    /// <param name="window">W, snapshot pairs of the window; > 0.</param>
    /// <param name="nearness">eps.</param>
    public static ConvergenceStatistics Of(IReadOnlyList<TrainingMode> modes, int window, double nearness)
    {
        ArgumentNullException.ThrowIfNull(modes);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        var (near, nearMass, mass, transient, instability) = (0, 0.0, 0.0, 0.0, 0.0);
        foreach (var mode in modes)
        {
            var modulus = Complex.Abs(mode.Eigenvalue);
            var isNear = IsNearOne(mode.Eigenvalue, nearness);
            near += isNear ? 1 : 0;
            nearMass += isNear ? mode.Importance : 0;
            mass += mode.Importance;
            transient += modulus < 1 - nearness ? mode.Importance * Math.Pow(modulus, window) : 0;
            instability = Math.Max(instability, modulus);
        }

        var share = mass > 0 ? nearMass / mass : modes.Count > 0 ? 1 : 0;
        return new ConvergenceStatistics(near, share, transient, instability);
    }

    internal static bool IsNearOne(Complex lambda, double nearness) => Complex.Abs(lambda - 1) <= nearness;
}
