using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Replacement.V1;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;

namespace KoopmanMesh.Capture.Replacing.Bounding;

/// <summary>ReLUs of a network on the run's box, as recorded.</summary>
/// <param name="Refusal">Why they can't be counted; empty when they can.</param>
/// <param name="Unstable">Those whose sign is not settled.</param>
/// <param name="Relus">All.</param>
internal sealed record UnstableCount(string Refusal, long Unstable, long Relus)
{
    public void WriteTo(Costs costs)
    {
        if (Refusal.Length == 0)
        {
            (costs.UnstableRelus, costs.Relus) = (Unstable, Relus);
        }
    }
}

/// <summary>Counts unstable ReLUs, each network's once.</summary>
internal sealed class UnstableCounter(
    BoundCall bounds, HybridBuilder builder, Checkpoints checkpoints, IArtifactStore artifacts)
{
    /// <summary>Of the original.</summary>
    public Task<UnstableCount> OfOriginalAsync(ReplacementJob job, CancellationToken cancellationToken) =>
        CountAsync(job, "", () => Task.FromResult(job.Model), cancellationToken);

    /// <summary>Of a plan.</summary>
    public Task<UnstableCount> OfAsync(
        ReplacementJob job, HybridPlan plan, CancellationToken cancellationToken) =>
        CountAsync(
            job, plan.Id, () => builder.BuildAsync(job.Model, plan, job.Options.Profile, cancellationToken),
            cancellationToken);

    private async Task<UnstableCount> CountAsync(
        ReplacementJob job, string id, Func<Task<NetworkModel>> model, CancellationToken cancellationToken)
    {
        var name = $"unstable:{id}";
        if (await checkpoints.FindAsync<UnstableCount>(job.RunId, name, cancellationToken) is { } known)
        {
            return known;
        }

        var network = await model();
        var bytes = HybridFile.ToBytes(network, new Dictionary<string, string>());
        var stored = await artifacts.PutAsync(bytes, cancellationToken);
        var response = await bounds.CountAsync(
            new ArtifactRef { Digest = stored.Digest, Name = network.Name }, job.Box, cancellationToken);
        var count = new UnstableCount(response.Refusal, response.Unstable, response.Relus);
        await checkpoints.RecordAsync(job.RunId, [(name, count)], cancellationToken);
        return count;
    }
}
