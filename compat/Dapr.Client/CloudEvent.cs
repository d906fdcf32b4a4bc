using System.Text.Json.Serialization;

namespace Dapr;

/// <summary>Attributes of a CloudEvent that the publisher sets; the sidecar adds the others.</summary>
public class CloudEvent
{
    /// <summary>Who publishes it.</summary>
    [JsonPropertyName("source")]
    public Uri Source { get; init; } = null!;

    /// <summary>What happened.</summary>
    [JsonPropertyName("type")]
    public string Type { get; init; } = null!;

    /// <summary>To what it happened.</summary>
    [JsonPropertyName("subject")]
    public string Subject { get; init; } = null!;
}

/// <summary>A CloudEvent with JSON data.</summary>
public class CloudEvent<TData>(TData data) : CloudEvent
{
    /// <summary>The data.</summary>
    public TData Data { get; } = data;

    /// <summary>application/json.</summary>
    [JsonPropertyName("datacontenttype")]
    public string DataContentType { get; } = Client.ContentTypes.Json;
}
