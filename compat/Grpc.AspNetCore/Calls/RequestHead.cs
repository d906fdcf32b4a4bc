using Grpc.Core;
using Grpc.Core.Protocol;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server;

/// <summary>Reads what the headers of a request say about the call.</summary>
internal static class RequestHead
{
    /// <summary>The encoding of the requests; one that isn't known is refused with those that are.</summary>
    public static string? Encoding(HttpRequest request)
    {
        var encoding = request.Headers[ProtocolHeaders.Encoding];
        return encoding.Count == 0 || encoding == ProtocolHeaders.Identity || encoding == ProtocolHeaders.Gzip
            ? encoding
            : throw new RpcException(new Status(
                StatusCode.Unimplemented,
                $"Requests are encoded in \"{encoding}\"; accepted are {ProtocolHeaders.AcceptedEncodings}."));
    }

    public static bool AcceptsGzip(HttpRequest request) =>
        request.Headers.GetCommaSeparatedValues(ProtocolHeaders.AcceptEncoding)
            .Contains(ProtocolHeaders.Gzip, StringComparer.OrdinalIgnoreCase);

    /// <summary>The client's metadata: every header that isn't the protocol's.</summary>
    public static Metadata Metadata(HttpRequest request)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in request.Headers)
        {
            if (ProtocolHeaders.IsReserved(name))
            {
                continue;
            }

            foreach (var value in values)
            {
                MetadataEncoding.Decode(metadata, name, value ?? "");
            }
        }

        return metadata;
    }
}
