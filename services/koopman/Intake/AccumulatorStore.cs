using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.ServiceDefaults.Artifacts;

namespace KoopmanMesh.Koopman.Intake;

/// <summary>Accumulators and alignments as artifacts: safetensors files.</summary>
internal sealed class AccumulatorStore(IArtifactStore artifacts, ILinearAlgebra algebra)
{
    /// <summary>Stores what a stream summed up; returns the digests of the sums and of the alignment, if any.</summary>
    public async Task<(string Pairs, string? Alignment)> SaveAsync(
        AccumulatedPairs pairs, CancellationToken cancellationToken)
    {
        var stored = await SaveAsync(pairs.Accumulator, cancellationToken);
        return (stored, pairs.Alignment is { } v ? await SaveAlignmentAsync(v, cancellationToken) : null);
    }

    public async Task<string> SaveAsync(BlockedAccumulator sums, CancellationToken cancellationToken) =>
        (await artifacts.PutAsync(sums.Write, cancellationToken)).Digest;

    public BlockedAccumulator Read(string digest)
    {
        using var stream = artifacts.OpenRead(digest);
        return BlockedAccumulator.Read(stream, algebra);
    }

    public Matrix ReadAlignment(string digest)
    {
        using var stream = artifacts.OpenRead(digest);
        var archive = TensorArchive.Read(stream);
        var shape = archive.ShapeOf(PairFold.AlignmentTensor);
        return new Matrix((int)shape[1], (int)shape[0], archive.Doubles(PairFold.AlignmentTensor));
    }

    private async Task<string> SaveAlignmentAsync(Matrix v, CancellationToken cancellationToken)
    {
        var archive = new TensorArchive();
        archive.Add(PairFold.AlignmentTensor, v.AsMemory(), v.Columns, v.Rows);
        return (await artifacts.PutAsync(archive.Write, cancellationToken)).Digest;
    }
}
