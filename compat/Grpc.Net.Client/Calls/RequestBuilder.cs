using System.Globalization;
using Grpc.Core;
using Grpc.Core.Protocol;

namespace Grpc.Net.Client;

/// <summary>Writes the HTTP request of a call.</summary>
internal static class RequestBuilder
{
    private const string PreviousAttempts = "grpc-previous-rpc-attempts";
    private const string UserAgent = "grpc-koopmanmesh/0.1";

    public static HttpRequestMessage Build(GrpcChannel channel, CallRequest call, int attempt)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, channel.UriOf(call.Method))
        {
            Version = channel.Version,
            VersionPolicy = channel.VersionPolicy,
            Content = call.Content,
        };
        var headers = request.Headers;
        headers.Host = call.Host ?? channel.HostHeader;
        headers.TryAddWithoutValidation("te", "trailers");
        headers.TryAddWithoutValidation("user-agent", UserAgent);
        headers.TryAddWithoutValidation(ProtocolHeaders.AcceptEncoding, ProtocolHeaders.AcceptedEncodings);
        if (call.Lifetime.TimeLeft is { } timeLeft)
        {
            headers.TryAddWithoutValidation(ProtocolHeaders.Timeout, TimeoutEncoding.Encode(timeLeft));
        }

        if (attempt > 0)
        {
            headers.TryAddWithoutValidation(PreviousAttempts, attempt.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var entry in call.Options.Headers ?? Metadata.Empty)
        {
            if (entry.Key == ProtocolHeaders.RequestEncoding)
            {
                headers.TryAddWithoutValidation(ProtocolHeaders.Encoding, entry.Value);
            }
            else if (!ProtocolHeaders.IsReserved(entry.Key))
            {
                headers.TryAddWithoutValidation(entry.Key, MetadataEncoding.Encode(entry));
            }
        }

        return request;
    }

    /// <summary>Adds what the call's credentials say.</summary>
    public static async Task AddCredentialsAsync(
        HttpRequestMessage request,
        GrpcChannel channel,
        IMethod method,
        CallCredentials credentials,
        CancellationToken cancellationToken)
    {
        var collector = new CredentialsCollector();
        credentials.InternalPopulateConfiguration(collector, null);
        var serviceUrl = new Uri(channel.BaseUri, method.ServiceName).ToString();
        foreach (var interceptor in collector.Interceptors)
        {
            var metadata = new Metadata();
            var context = new AuthInterceptorContext(serviceUrl, method.Name, cancellationToken);
            await interceptor(context, metadata).ConfigureAwait(false);
            foreach (var entry in metadata)
            {
                request.Headers.TryAddWithoutValidation(entry.Key, MetadataEncoding.Encode(entry));
            }
        }
    }

    private sealed class CredentialsCollector : CallCredentialsConfiguratorBase
    {
        public List<AsyncAuthInterceptor> Interceptors { get; } = [];

        public override void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor) =>
            Interceptors.Add(interceptor);

        public override void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials)
        {
            foreach (var each in credentials)
            {
                each.InternalPopulateConfiguration(this, state);
            }
        }
    }
}
