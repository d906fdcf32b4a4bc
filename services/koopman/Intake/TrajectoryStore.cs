using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.Koopman.Intake;

/// <summary>
/// Self-iterated trajectories as artifacts of their run: one safetensors file for each component and shard.
/// </summary>
internal sealed class TrajectoryStore(IArtifactStore artifacts, IRunLedger ledger)
{
    private const string SourceKey = "step-source";

    public async Task SaveAsync(ComponentKey key, SelfIterations trajectories, CancellationToken cancellationToken)
    {
        var archive = new TensorArchive();
        archive.SetMetadata(SourceKey, trajectories.Source.ToString());
        for (var k = 0; k < trajectories.Steps.Count; k++)
        {
            archive.Add($"step.{k}", trajectories.Steps[k].AsMemory(), trajectories.Count, trajectories.Width);
        }

        var stored = await artifacts.PutAsync(archive.Write, cancellationToken);
        await ledger.UpdateAsync(
            key.RunId,
            run => run with { Artifacts = run.Artifacts.SetItem(NameOf(key.Component, key.Shard), stored.Digest) },
            cancellationToken);
    }

    /// <summary>The trajectories of all shards that sent some, side by side; null when none did.</summary>
    public SelfIterations? Load(RunRecord run, int component)
    {
        var shards = Enumerable.Range(0, run.Plan!.Shards)
            .Select(shard => run.Artifacts.GetValueOrDefault(NameOf(component, shard)))
            .OfType<string>()
            .Select(Read)
            .ToArray();
        return shards.Length == 0
            ? null
            : new SelfIterations(
                [.. shards[0].Steps.Select((_, k) => SideBySide([.. shards.Select(s => s.Steps[k])]))],
                shards[0].Source);
    }

    private SelfIterations Read(string digest)
    {
        using var stream = artifacts.OpenRead(digest);
        var archive = TensorArchive.Read(stream);
        var steps = archive.Names.Select((_, k) =>
        {
            var shape = archive.ShapeOf($"step.{k}");
            return new Matrix((int)shape[1], (int)shape[0], archive.Doubles($"step.{k}"));
        });
        return new SelfIterations([.. steps], Enum.Parse<StepSource>(archive.RequireMetadata(SourceKey)));
    }

    private static Matrix SideBySide(Matrix[] parts)
    {
        if (parts.Length == 1)
        {
            return parts[0];
        }

        var all = new Matrix(parts[0].Rows, parts.Sum(p => p.Columns));
        var start = 0;
        foreach (var part in parts)
        {
            part.AsSpan().CopyTo(all.AsSpan()[start..]);
            start += part.AsSpan().Length;
        }

        return all;
    }

    private static string NameOf(int component, int shard) => $"trajectories-{component}-{shard}";
}
