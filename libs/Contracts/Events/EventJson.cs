using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace KoopmanMesh.Contracts.Events;

/// <summary>
/// The events' JSON: camelCase members. Unknown members are ignored, so that a field may be added within a version; a
/// missing one is refused.
/// </summary>
public static class EventJson
{
    /// <summary>UTF-8 JSON of <paramref name="e"/>.</summary>
    public static byte[] Serialize<T>(T e)
        where T : class, IRunEvent => JsonSerializer.SerializeToUtf8Bytes(e, TypeOf<T>());

    /// <summary>Reads an event.</summary>
    /// <exception cref="JsonException">It is not one: the message names what is missing or malformed.</exception>
    public static T Deserialize<T>(ReadOnlySpan<byte> utf8)
        where T : class, IRunEvent =>
        JsonSerializer.Deserialize(utf8, TypeOf<T>())
        ?? throw new JsonException($"expected a JSON object for {T.Topic}, got null");

    private static JsonTypeInfo<T> TypeOf<T>()
        where T : class, IRunEvent => (JsonTypeInfo<T>)(EventJsonContext.Default.GetTypeInfo(typeof(T))
        ?? throw new NotSupportedException($"{typeof(T)} is not one of the mesh's events"));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ShardPlanned))]
[JsonSerializable(typeof(MergePlanned))]
[JsonSerializable(typeof(FitPlanned))]
[JsonSerializable(typeof(ScorePlanned))]
[JsonSerializable(typeof(ReplacementPlanned))]
[JsonSerializable(typeof(ReplacementReported))]
[JsonSerializable(typeof(RunScored))]
[JsonSerializable(typeof(RunFailed))]
[JsonSerializable(typeof(RunCancelled))]
internal sealed partial class EventJsonContext : JsonSerializerContext;
