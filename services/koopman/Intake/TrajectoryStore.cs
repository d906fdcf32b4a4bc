using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;

namespace KoopmanMesh.Koopman.Intake;

/// <summary>Self-iterated trajectories as artifacts: one safetensors file for each component and shard.</summary>
internal sealed class TrajectoryStore(IArtifactStore artifacts)
{
    private const string SourceKey = "step-source";

    /// <summary>Stores the trajectories; returns their digest.</summary>
    public async Task<string> SaveAsync(SelfIterations trajectories, CancellationToken cancellationToken)
    {
        var archive = new TensorArchive();
        archive.SetMetadata(SourceKey, trajectories.Source.ToString());
        for (var k = 0; k < trajectories.Steps.Count; k++)
        {
            archive.Add($"step.{k}", trajectories.Steps[k].AsMemory(), trajectories.Count, trajectories.Width);
        }

        return (await artifacts.PutAsync(archive.Write, cancellationToken)).Digest;
    }

    /// <summary>Those of several shards, in their order, side by side; null for none.</summary>
    public SelfIterations? Read(IEnumerable<string> digests)
    {
        var shards = digests.Select(Read).ToArray();
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
}
