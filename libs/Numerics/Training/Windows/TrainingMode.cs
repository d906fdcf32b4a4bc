using System.Numerics;

namespace KoopmanMesh.Numerics.Training.Windows;

/// <summary>One Ritz pair of a window of training.</summary>
/// <param name="Eigenvalue">lambda, per snapshot.</param>
/// <param name="Residual">||B w - lambda U w|| relative to ||B||.</param>
/// <param name="Importance">
/// |b| with the mode at unit norm in the snapshot's own coordinates (methods A8): neither the constant nor the stacked
/// past counts. In the unit of the snapshot, at the start of the window.
/// </param>
public sealed record TrainingMode(Complex Eigenvalue, double Residual, double Importance)
{
    /// <summary>
    /// -1 / log|lambda|, snapshots until the mode has shrunk to 1/e; infinite at |lambda| = 1, negative beyond, 0 for
    /// lambda = 0.
    /// </summary>
    public double Decay => Complex.Abs(Eigenvalue) switch
    {
        1 => double.PositiveInfinity,
        0 => 0,
        var modulus => -1 / Math.Log(modulus),
    };
}
