using KoopmanMesh.Numerics.Training.Sobolev;

namespace KoopmanMesh.Training.Losses;

/// <summary>
/// ||e||^2 in H^-s with an index that falls over the epochs (methods P1.7 [R]): its values in different epochs are not
/// to be compared.
/// </summary>
public sealed record AnnealedSobolev : GridLoss
{
    /// <summary>Of this fall.</summary>
    /// <param name="grid">Row i of the training set is its point i.</param>
    /// <param name="annealing">s over the run; null for 1 to 0.</param>
    public AnnealedSobolev(SpectralGrid grid, SobolevAnnealing? annealing = null)
        : base(grid)
    {
        Annealing = annealing ?? new SobolevAnnealing();
        Annealing.At(0);
    }

    /// <summary>s over the run.</summary>
    public SobolevAnnealing Annealing { get; }

    // A new weight for every coefficient an epoch, which is less than the transforms are.
    private protected override SobolevNorm Norm(double progress) => new(Grid, Annealing.At(progress));
}
