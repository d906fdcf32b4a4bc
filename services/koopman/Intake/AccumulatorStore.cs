using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.Koopman.Intake;

/// <summary>Accumulators as artifacts of their run: one safetensors file for each component and shard.</summary>
internal sealed class AccumulatorStore(IArtifactStore artifacts, IRunLedger ledger, ILinearAlgebra algebra)
{
    /// <summary>
    /// Stores what one shard summed up, in place of what an earlier try of the shard stored. Returns its digest.
    /// </summary>
    public async Task<string> SaveAsync(ComponentKey key, AccumulatedPairs pairs, CancellationToken cancellationToken)
    {
        var stored = await artifacts.PutAsync(pairs.Accumulator.Write, cancellationToken);
        var alignment = pairs.Alignment is { } v ? await SaveAlignmentAsync(v, cancellationToken) : null;
        await ledger.UpdateAsync(
            key.RunId,
            run =>
            {
                var names = run.Artifacts.SetItem(PairsName(key.Component, key.Shard), stored.Digest);
                return run with
                {
                    Artifacts = alignment is null ? names : names.SetItem(AlignmentName(key.Component), alignment),
                };
            },
            cancellationToken);
        return stored.Digest;
    }

    /// <summary>All shards of one component, merged in shard order.</summary>
    public AccumulatedPairs Load(RunRecord run, int component)
    {
        var all = Read(run.Artifacts[PairsName(component, 0)]);
        for (var shard = 1; shard < run.Plan!.Shards; shard++)
        {
            all.Merge(Read(run.Artifacts[PairsName(component, shard)]));
        }

        var alignment = run.Artifacts.TryGetValue(AlignmentName(component), out var digest)
            ? ReadAlignment(digest)
            : null;
        return new AccumulatedPairs(all, alignment);
    }

    private BlockedAccumulator Read(string digest)
    {
        using var stream = artifacts.OpenRead(digest);
        return BlockedAccumulator.Read(stream, algebra);
    }

    private async Task<string> SaveAlignmentAsync(Matrix v, CancellationToken cancellationToken)
    {
        var archive = new TensorArchive();
        archive.Add(PairFold.AlignmentTensor, v.AsMemory(), v.Columns, v.Rows);
        return (await artifacts.PutAsync(archive.Write, cancellationToken)).Digest;
    }

    private Matrix ReadAlignment(string digest)
    {
        using var stream = artifacts.OpenRead(digest);
        var archive = TensorArchive.Read(stream);
        var shape = archive.ShapeOf(PairFold.AlignmentTensor);
        return new Matrix((int)shape[1], (int)shape[0], archive.Doubles(PairFold.AlignmentTensor));
    }

    private static string PairsName(int component, int shard) => $"pairs-{component}-{shard}";

    private static string AlignmentName(int component) => $"alignment-{component}";
}
