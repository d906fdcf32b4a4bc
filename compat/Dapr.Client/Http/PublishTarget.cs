namespace Dapr.Client;

/// <summary>POST v1.0/publish/{pubsub}/{topic}, with metadata as query parameters.</summary>
internal static class PublishTarget
{
    internal static Uri Of(string pubsubName, string topicName, Dictionary<string, string>? metadata)
    {
        ArgumentException.ThrowIfNullOrEmpty(pubsubName);
        ArgumentException.ThrowIfNullOrEmpty(topicName);
        var query = string.Join('&', (metadata ?? []).Select(static p =>
            $"metadata.{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}"));
        var path = $"v1.0/publish/{Uri.EscapeDataString(pubsubName)}/{Uri.EscapeDataString(topicName)}";
        return new Uri(query.Length == 0 ? path : $"{path}?{query}", UriKind.Relative);
    }
}
