using Grpc.Net.Client.Balancer;

namespace Grpc.Net.Client;

/// <summary>Sends to the one address of the channel; what is sent with finds its connections by itself.</summary>
internal sealed class DirectTransport(HttpMessageInvoker invoker, bool ownsInvoker, Backoff backoff) : ICallTransport
{
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, bool waitForReady, CancellationToken cancellationToken)
    {
        // An HttpClient gathers the whole response first unless told otherwise, and sends a request only once.
        if (invoker is HttpClient client)
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
        }

        for (var failures = 0; ; failures++)
        {
            try
            {
                return await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (waitForReady && ConnectionFailures.NeverSent(exception))
            {
                await Task.Delay(backoff.After(failures), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void Dispose()
    {
        if (ownsInvoker)
        {
            invoker.Dispose();
        }
    }
}
