using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// What a block of consecutive pairs is summed up to. Column j of joint pairs is sqrt(weight_j) [x_j; u_j; y_j].
/// Arguments are trusted; widths and kinds agree.
/// </summary>
internal interface ISummaryBlock
{
    /// <summary>Takes in joint pairs, w × k, every one counted <paramref name="weight"/> ≥ 0 times.</summary>
    void Fold(Matrix pairs, double weight, ILinearAlgebra la);

    /// <summary>Takes in what another block has seen, counted <paramref name="weight"/> ≥ 0 times.</summary>
    void Merge(ISummaryBlock other, double weight, ILinearAlgebra la);

    /// <summary>Forgets all it has seen; memory of a fixed size is kept.</summary>
    void Clear();

    /// <summary>Puts the block's arrays into an archive under a prefix.</summary>
    void Store(TensorArchive archive, string prefix);

    /// <summary>Replaces an empty block by a stored one.</summary>
    void Load(TensorArchive archive, string prefix);
}
