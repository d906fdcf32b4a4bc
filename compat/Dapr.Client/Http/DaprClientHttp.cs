using System.Net.Http.Headers;
using System.Text.Json;

namespace Dapr.Client;

/// <summary>
/// The client over the sidecar's HTTP API. Trace context travels as HttpClient sends it: traceparent and tracestate of
/// the current activity.
/// </summary>
internal sealed class DaprClientHttp(HttpClient http, JsonSerializerOptions json) : DaprClient
{
    internal const string TokenHeader = "dapr-api-token";

    private static readonly TimeSpan _healthPoll = TimeSpan.FromMilliseconds(500);

    public override JsonSerializerOptions JsonSerializerOptions => json;

    public override Task PublishEventAsync<TData>(
        string pubsubName, string topicName, TData data, CancellationToken cancellationToken = default) =>
        PublishJsonAsync(pubsubName, topicName, data, null, cancellationToken);

    public override Task PublishEventAsync<TData>(
        string pubsubName,
        string topicName,
        TData data,
        Dictionary<string, string> metadata,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return PublishJsonAsync(pubsubName, topicName, data, metadata, cancellationToken);
    }

    public override Task PublishEventAsync(
        string pubsubName, string topicName, CancellationToken cancellationToken = default) =>
        PublishAsync(PublishTarget.Of(pubsubName, topicName, null), new ByteArrayContent([]), cancellationToken);

    public override Task PublishEventAsync(
        string pubsubName,
        string topicName,
        Dictionary<string, string> metadata,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return PublishAsync(
            PublishTarget.Of(pubsubName, topicName, metadata), new ByteArrayContent([]), cancellationToken);
    }

    public override Task PublishByteEventAsync(
        string pubsubName,
        string topicName,
        ReadOnlyMemory<byte> data,
        string dataContentType = ContentTypes.Json,
        Dictionary<string, string> metadata = null!,
        CancellationToken cancellationToken = default) =>
        PublishAsync(
            PublishTarget.Of(pubsubName, topicName, metadata),
            Content(data, dataContentType ?? ContentTypes.Json),
            cancellationToken);

    public override Task<bool> CheckHealthAsync(CancellationToken cancellationToken = default) =>
        IsHealthyAsync("v1.0/healthz", cancellationToken);

    public override Task<bool> CheckOutboundHealthAsync(CancellationToken cancellationToken = default) =>
        IsHealthyAsync("v1.0/healthz/outbound", cancellationToken);

    public override async Task WaitForSidecarAsync(CancellationToken cancellationToken = default)
    {
        while (!await CheckOutboundHealthAsync(cancellationToken).ConfigureAwait(false))
        {
            await Task.Delay(_healthPoll, cancellationToken).ConfigureAwait(false);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            http.Dispose();
        }

        base.Dispose(disposing);
    }

    private Task PublishJsonAsync<TData>(
        string pubsub, string topic, TData data, Dictionary<string, string>? metadata, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(data);
        var type = data is CloudEvent ? ContentTypes.CloudEvent : ContentTypes.Json;
        var content = Content(JsonSerializer.SerializeToUtf8Bytes(data, json), type);
        return PublishAsync(PublishTarget.Of(pubsub, topic, metadata), content, ct);
    }

    private async Task PublishAsync(Uri target, HttpContent content, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = content };
        try
        {
            using var response = await http.SendAsync(request, ct).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw await PublishFailure.OfAsync(response, ct).ConfigureAwait(false);
            }
        }
        catch (HttpRequestException x)
        {
            throw PublishFailure.Of(x);
        }
        catch (OperationCanceledException x) when (!ct.IsCancellationRequested)
        {
            throw PublishFailure.Of(x);
        }
    }

    private async Task<bool> IsHealthyAsync(string path, CancellationToken ct)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative), ct).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static ByteArrayContent Content(ReadOnlyMemory<byte> bytes, string type)
    {
        // The official client takes its own copy too: the caller may use the memory again.
        var content = new ByteArrayContent(bytes.ToArray());
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return content;
    }
}
