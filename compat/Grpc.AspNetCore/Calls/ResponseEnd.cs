using System.Globalization;
using Grpc.Core;
using Grpc.Core.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Grpc.AspNetCore.Server;

/// <summary>Writes the status that ends a call.</summary>
internal static class ResponseEnd
{
    /// <summary>Puts status and trailers behind the responses or, where there are none, into the headers, which then
    /// are the whole answer.</summary>
    public static void Write(HttpResponse response, Status status, Metadata? trailers, bool behindMessages)
    {
        var destination = behindMessages ? Trailers(response) : response.Headers;
        foreach (var entry in trailers ?? [])
        {
            Append(destination, entry);
        }

        destination[ProtocolHeaders.Status] = ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (!string.IsNullOrEmpty(status.Detail))
        {
            destination[ProtocolHeaders.Message] = PercentEncoding.Encode(status.Detail);
        }
    }

    /// <summary>Adds an entry unless its name is the protocol's.</summary>
    public static void Append(IHeaderDictionary headers, Metadata.Entry entry)
    {
        if (!ProtocolHeaders.IsReserved(entry.Key))
        {
            // Headers.Append would drop an empty value, which is a value too.
            headers[entry.Key] = StringValues.Concat(
                headers[entry.Key], new StringValues(MetadataEncoding.Encode(entry)));
        }
    }

    private static IHeaderDictionary Trailers(HttpResponse response) =>
        response.HttpContext.Features.Get<IHttpResponseTrailersFeature>() is { Trailers.IsReadOnly: false } feature
            ? feature.Trailers
            : throw new InvalidOperationException("The HTTP server can't send trailers behind this response any more.");
}
