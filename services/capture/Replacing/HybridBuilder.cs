using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.StandIns;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;

namespace KoopmanMesh.Capture.Replacing;

/// <summary>Puts stand-ins into networks.</summary>
internal sealed class HybridBuilder(IArtifactStore artifacts, ILinearAlgebra algebra)
{
    /// <summary>The network with everything replaced that the plan replaces.</summary>
    public async Task<NetworkModel> BuildAsync(
        NetworkModel model, HybridPlan plan, Profile profile, CancellationToken cancellationToken)
    {
        foreach (var offer in plan.Offers)
        {
            model = Splice(model, offer.Region, await ReadAsync(offer.Digest, cancellationToken), profile);
        }

        return model;
    }

    /// <summary>The network with one region replaced.</summary>
    public NetworkModel Splice(NetworkModel model, Region region, StandIn standIn, Profile profile) =>
        HybridSurgery.Replace(
            model, region.From.Name, region.To.Name, standIn,
            new HybridOptions
            {
                Name = region.Name.Replace("..", "_to_", StringComparison.Ordinal),
                Profile = profile == Profile.Verifier ? OperatorProfile.Verifier : OperatorProfile.Any,
            },
            algebra);

    /// <summary>A stand-in from its file.</summary>
    public async Task<StandIn> ReadAsync(string digest, CancellationToken cancellationToken)
    {
        var bytes = await artifacts.ReadAllBytesAsync(digest, cancellationToken);
        using var file = new MemoryStream(bytes, writable: false);
        return StandIn.FromArchive(TensorArchive.Read(file));
    }
}
