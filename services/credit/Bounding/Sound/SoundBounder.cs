using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Lowering;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>
/// Bounds the difference between a network and its hybrid on a box of rows, for every row of it (docs/bounds.md).
/// </summary>
/// <param name="la">What multiplies.</param>
/// <param name="options">How much memory it may take.</param>
internal sealed class SoundBounder(ILinearAlgebra la, SoundOptions options)
{
    /// <summary>The bound, or why there is none.</summary>
    /// <exception cref="InvalidRequestException">The box is not of the networks' width.</exception>
    public SoundBoundResult Bound(
        NetworkModel original, NetworkModel hybrid, IReadOnlyList<SoundRegion> regions, Box box,
        CancellationToken cancellationToken)
    {
        _ = (la, options);
        throw new NotImplementedException();
    }

    /// <summary>Counts the activations that are not settled on a box, or says why they can't be counted.</summary>
    /// <exception cref="InvalidRequestException">The box is not of the network's width.</exception>
    public UnstableCount CountUnstable(NetworkModel model, Box box, CancellationToken cancellationToken)
    {
        _ = (la, options);
        throw new NotImplementedException();
    }
}
