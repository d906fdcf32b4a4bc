using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Numerics.StandIns;
using KoopmanMesh.ServiceDefaults.Artifacts;

namespace KoopmanMesh.Capture.Replacing.Fitting;

/// <summary>The stand-ins of one region, stored as they come, unless they can't be written as nodes.</summary>
internal sealed class Shelf(ReplacementJob job, Region region, HybridBuilder builder, IArtifactStore artifacts)
{
    public List<FittedStandIn> StandIns { get; } = [];

    /// <summary>What could not be written, one sentence each.</summary>
    public List<string> Refusals { get; } = [];

    /// <summary>Adds a baseline.</summary>
    public Task AddAsync(string role, StandIn standIn, double error, CancellationToken cancellationToken)
    {
        using var file = new MemoryStream();
        standIn.ToArchive().Write(file);
        var entry = new FittedStandIn(role, 0, standIn.Rank, standIn.Observables.Count, error, 0, "", []);
        return AddAsync(entry, standIn, file.ToArray(), cancellationToken);
    }

    /// <summary>Adds a fit; its operations and digest are filled in here.</summary>
    public async Task AddAsync(
        FittedStandIn entry, StandIn standIn, byte[] file, CancellationToken cancellationToken)
    {
        try
        {
            var hybrid = builder.Splice(job.Model, region, standIn, job.Options.Profile);
            var part = GraphSurgery.Extract(hybrid, region.From.Name, region.To.Name);
            var stored = await artifacts.PutAsync(file, cancellationToken);
            StandIns.Add(entry with { Operations = OperationCount.Of(part), Digest = stored.Digest });
        }
        catch (SurgeryException e)
        {
            Refusals.Add($"{region.Name} by {entry.Lift} was left out: {e.Message}");
        }
    }
}
