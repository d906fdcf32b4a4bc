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
            or HttpRequestError.ProxyTunnelError || LostBeforeUse(request),
        // The time to connect ran out.
        OperationCanceledException { InnerException: TimeoutException } => true,
        _ => false,
    };

    /// <summary>Whether the connection was lost before the request could be sent over it.</summary>
    public static bool LostBeforeUse(HttpRequestException exception) =>
        exception.HttpRequestError == HttpRequestError.Unknown
        && (exception.InnerException ?? exception) is not HttpIOException and { Message: var message }
        // Only the message tells it, for the exception has neither a code nor a cause.
        && message.Contains("HTTP/2 connection could not be established", StringComparison.Ordinal);
}
