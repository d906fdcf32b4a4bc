using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>The summary of some snapshots at rest. Arguments are trusted; widths agree.</summary>
internal interface IMomentState
{
    long Count { get; }

    /// <summary>Takes in a chunk's snapshots; the chunk's contents are used up.</summary>
    void Fold(JointChunk chunk, FoldScratch scratch);

    /// <summary>Takes in what another state of the same kind has seen.</summary>
    void Merge(IMomentState other, FoldScratch scratch);

    /// <summary>Mean and packed centred scatter. The arrays may be the state's own: read only.</summary>
    (double[] Mean, double[] Packed) Moments(FoldScratch scratch);

    /// <summary>Puts the state's arrays into an archive under a prefix.</summary>
    void Store(TensorArchive archive, string prefix);

    /// <summary>Replaces an empty state by a stored one.</summary>
    void Load(TensorArchive archive, string prefix);
}
