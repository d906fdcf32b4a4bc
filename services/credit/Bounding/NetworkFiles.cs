using KoopmanMesh.Networks;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Credit.Bounding;

/// <summary>Networks among the artifacts, by their digests.</summary>
internal sealed class NetworkFiles(IArtifactStore artifacts, IOptions<BoundOptions> options)
{
    private const int LongestName = 255;

    /// <summary>Both networks of a pair.</summary>
    public async Task<NetworkPair> LoadPairAsync(
        ArtifactRef? original, ArtifactRef? hybrid, CancellationToken cancellationToken) => new(
        await LoadAsync(original, "header.original", cancellationToken),
        await LoadAsync(hybrid, "header.hybrid", cancellationToken));

    /// <summary>One network.</summary>
    /// <param name="model">Its reference, as it came.</param>
    /// <param name="field">Where it came.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<NetworkModel> LoadAsync(ArtifactRef? model, string field, CancellationToken cancellationToken)
    {
        if (model is null)
        {
            throw new InvalidRequestException("MODEL_MISSING", $"the request names no {field}", field);
        }

        var digest = Digests.Require(model.Digest, $"{field}.digest");
        var length = artifacts.Find(digest)?.Length ?? 0;
        if (length > options.Value.MaxModelBytes)
        {
            throw new CapacityException(
                "FILE_TOO_LARGE",
                $"the network {digest} has {length} bytes, more than the {options.Value.MaxModelBytes} that are read");
        }

        var bytes = await artifacts.ReadAllBytesAsync(digest, cancellationToken);
        var name = model.Name is { Length: > 0 and <= LongestName } given ? given : digest;
        return await Task.Run(() => NetworkModel.Load(bytes, name), cancellationToken);
    }
}
