using System.Text.Json;
using System.Text.Json.Serialization;
using KoopmanMesh.ServiceDefaults.Artifacts;

namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>What capturing a shard came to: digests of what it left in the artifact store. Stored as JSON.</summary>
/// <param name="Summary">What capture itself found.</param>
/// <param name="Components">What the koopman service made of each component, in their order.</param>
public sealed record ShardResult(string Summary, IReadOnlyList<ShardComponent> Components)
{
    /// <summary>Stores it; returns its digest.</summary>
    public async Task<string> SaveAsync(IArtifactStore artifacts, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(artifacts);
        var json = JsonSerializer.SerializeToUtf8Bytes(this, ShardResultJsonContext.Default.ShardResult);
        return (await artifacts.PutAsync(json, ct).ConfigureAwait(false)).Digest;
    }

    /// <summary>Reads one that was stored.</summary>
    public static async Task<ShardResult> LoadAsync(IArtifactStore artifacts, string digest, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(artifacts);
        var json = await artifacts.ReadAllBytesAsync(digest, ct).ConfigureAwait(false);
        return JsonSerializer.Deserialize(json, ShardResultJsonContext.Default.ShardResult)
            ?? throw new JsonException($"artifact {digest} is no shard's result");
    }
}

/// <summary>What a shard left of one component.</summary>
/// <param name="Pairs">The accumulator of its snapshot pairs.</param>
/// <param name="Alignment">The minimal alignment; null for none.</param>
/// <param name="Trajectories">The self-iterated trajectories; null when the shard has no start of any.</param>
public sealed record ShardComponent(string Pairs, string? Alignment, string? Trajectories);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ShardResult))]
internal sealed partial class ShardResultJsonContext : JsonSerializerContext;
