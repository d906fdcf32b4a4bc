using System.Text.Json;

namespace Dapr.Client;

/// <summary>
/// Talks to the sidecar. Long-lived and shared by threads; made by <see cref="DaprClientBuilder"/>.
/// </summary>
public abstract class DaprClient : IDisposable
{
    private bool _disposed;

    /// <summary>How event data becomes JSON.</summary>
    public abstract JsonSerializerOptions JsonSerializerOptions { get; }

    /// <summary>Publishes an event: JSON of <paramref name="data"/>.</summary>
    /// <exception cref="DaprException">The sidecar refused, failed or could not be reached.</exception>
    public abstract Task PublishEventAsync<TData>(
        string pubsubName, string topicName, TData data, CancellationToken cancellationToken = default);

    /// <summary>Publishes an event: JSON of <paramref name="data"/>, with metadata for the component.</summary>
    /// <exception cref="DaprException">The sidecar refused, failed or could not be reached.</exception>
    public abstract Task PublishEventAsync<TData>(
        string pubsubName,
        string topicName,
        TData data,
        Dictionary<string, string> metadata,
        CancellationToken cancellationToken = default);

    /// <summary>Publishes an event without data.</summary>
    /// <exception cref="DaprException">The sidecar refused, failed or could not be reached.</exception>
    public abstract Task PublishEventAsync(
        string pubsubName, string topicName, CancellationToken cancellationToken = default);

    /// <summary>Publishes an event without data, with metadata for the component.</summary>
    /// <exception cref="DaprException">The sidecar refused, failed or could not be reached.</exception>
    public abstract Task PublishEventAsync(
        string pubsubName,
        string topicName,
        Dictionary<string, string> metadata,
        CancellationToken cancellationToken = default);

    /// <summary>Publishes bytes as they are, of a content type.</summary>
    /// <exception cref="DaprException">The sidecar refused, failed or could not be reached.</exception>
    public abstract Task PublishByteEventAsync(
        string pubsubName,
        string topicName,
        ReadOnlyMemory<byte> data,
        string dataContentType = ContentTypes.Json,
        Dictionary<string, string> metadata = null!,
        CancellationToken cancellationToken = default);

    /// <summary>Whether the sidecar and the application are ready; false when it can't be reached.</summary>
    public abstract Task<bool> CheckHealthAsync(CancellationToken cancellationToken = default);

    /// <summary>Whether the sidecar is ready for calls of the application; false when it can't be reached.</summary>
    public abstract Task<bool> CheckOutboundHealthAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits until <see cref="CheckOutboundHealthAsync"/> is true.</summary>
    public abstract Task WaitForSidecarAsync(CancellationToken cancellationToken = default);

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            Dispose(disposing: true);
            GC.SuppressFinalize(this);
            _disposed = true;
        }
    }

    /// <summary>Closes the connections, once.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
