namespace Grpc.Net.Client;

/// <summary>Tells a request that never left this side from one that a server may have seen.</summary>
internal static class ConnectionFailures
{
    /// <summary>Whether there was no connection to send the request over.</summary>
    public static bool NeverSent(Exception exception) => exception switch
    {
        HttpRequestException request => request.HttpRequestError is HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError
            or HttpRequestError.VersionNegotiationError
            or HttpRequestError.ProxyTunnelError,
        // The time to connect ran out.
        OperationCanceledException { InnerException: TimeoutException } => true,
        _ => false,
    };
}
