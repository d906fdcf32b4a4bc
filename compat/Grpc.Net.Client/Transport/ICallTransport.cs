namespace Grpc.Net.Client;

/// <summary>Sends the requests of calls to a server.</summary>
internal interface ICallTransport : IDisposable
{
    /// <summary>
    /// Sends a request. One that never left this side - there was no connection - goes out again by another way, and
    /// where the call waits for one to be ready, again and again.
    /// </summary>
    Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, bool waitForReady, CancellationToken cancellationToken);
}
