namespace Grpc.Core.Protocol;

/// <summary>The names that gRPC over HTTP/2 gives its headers and values.</summary>
internal static class ProtocolHeaders
{
    public const string ContentType = "application/grpc";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string MessageType = "grpc-message-type";

    /// <summary>A caller's wish to compress its requests; it chooses the encoding and never travels itself.</summary>
    public const string RequestEncoding = "grpc-internal-encoding-request";

    public const string Identity = "identity";
    public const string Gzip = "gzip";
    public const string AcceptedEncodings = $"{Identity},{Gzip}";

    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        Timeout, Encoding, AcceptEncoding, Status, Message, MessageType, RequestEncoding,
        "content-type", "content-length", "te", "host", "accept-encoding", "transfer-encoding", "connection",
    };

    /// <summary>Whether a header belongs to the protocol, so that metadata neither shows nor sets it.</summary>
    public static bool IsReserved(string name) => name.StartsWith(':') || Reserved.Contains(name);

    /// <summary>Whether a content type is application/grpc, application/grpc+proto, application/grpc;…</summary>
    public static bool IsGrpc(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == ContentType.Length || contentType[ContentType.Length] is ';' or '+');
}
