using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;

namespace KoopmanMesh.ServiceDefaults.Telemetry;

/// <summary>A span of a run, as it is kept. In a file it is one line of JSON.</summary>
public sealed record KeptSpan
{
    private const int MostTags = 16;
    private const int LongestTag = 256;
    private const long NanosPerTick = 100;

    /// <summary>W3C trace id, 32 hexadecimal digits.</summary>
    public required string TraceId { get; init; }

    /// <summary>W3C span id, 16 hexadecimal digits.</summary>
    public required string SpanId { get; init; }

    /// <summary>Of the parent; empty for a root.</summary>
    public string ParentSpanId { get; init; } = "";

    /// <summary>Id of the span in which the run was accepted: tells runs of one trace apart.</summary>
    public required string RootSpanId { get; init; }

    /// <summary>What it is.</summary>
    public required string Name { get; init; }

    /// <summary>Service of the process.</summary>
    public required string Service { get; init; }

    /// <summary>The process: <see cref="Hosting.HostInstance.Name"/>.</summary>
    public required string Instance { get; init; }

    /// <summary>Nanoseconds since 1970-01-01 UTC by the process's clock.</summary>
    public required long StartUnixNanos { get; init; }

    /// <summary>The same; 0 while it has not ended.</summary>
    public long EndUnixNanos { get; init; }

    /// <summary>unset, ok or error.</summary>
    public string Status { get; init; } = "unset";

    /// <summary>At most 16, of at most 256 characters each.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    internal static KeptSpan Of(Activity activity, string root, string service, string instance) => new()
    {
        TraceId = activity.TraceId.ToHexString(),
        SpanId = activity.SpanId.ToHexString(),
        ParentSpanId = activity.ParentSpanId == default ? "" : activity.ParentSpanId.ToHexString(),
        RootSpanId = root,
        Name = activity.DisplayName,
        Service = service,
        Instance = instance,
        StartUnixNanos = Nanos(activity.StartTimeUtc),
        EndUnixNanos = activity.IsStopped ? Nanos(activity.StartTimeUtc + activity.Duration) : 0,
        Status = activity.Status switch
        {
            ActivityStatusCode.Ok => "ok",
            ActivityStatusCode.Error => "error",
            _ => "unset",
        },
        Attributes = AttributesOf(activity),
    };

    private static Dictionary<string, string> AttributesOf(Activity activity)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in activity.EnumerateTagObjects())
        {
            if (attributes.Count < MostTags && value is not null)
            {
                attributes[key] = Short(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
            }
        }

        if (!string.IsNullOrEmpty(activity.StatusDescription))
        {
            attributes["error.message"] = Short(activity.StatusDescription);
        }

        return attributes;
    }

    private static string Short(string text) => text.Length <= LongestTag ? text : text[..LongestTag];

    private static long Nanos(DateTime utc) => (utc - DateTime.UnixEpoch).Ticks * NanosPerTick;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(KeptSpan))]
internal sealed partial class KeptSpanJsonContext : JsonSerializerContext;
