using KoopmanMesh.Numerics.Training.Sobolev;

namespace KoopmanMesh.Training.Losses;

/// <summary>
/// ||e||^2 in H^-s (arXiv 2006.11765; constants are methods P1.7 [R]); see <see cref="SobolevNorm"/>.
/// </summary>
public sealed record NegativeSobolev : GridLoss
{
    private readonly SobolevNorm _norm;

    /// <summary>Of one index.</summary>
    /// <param name="grid">Row i of the training set is its point i.</param>
    /// <param name="index">s: 1/2 is the mix-norm, 0 the mean square.</param>
    /// <param name="zeroMean">Leaves out the constant, which is then never learnt.</param>
    public NegativeSobolev(SpectralGrid grid, double index, bool zeroMean = false)
        : base(grid) => _norm = new SobolevNorm(grid, index, zeroMean);

    private protected override SobolevNorm Norm(double progress) => _norm;
}
