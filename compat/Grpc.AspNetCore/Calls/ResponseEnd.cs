using System.Globalization;
using Grpc.Core;
using Grpc.Core.Protocol;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server;

/// <summary>Writes the status that ends a call.</summary>
internal static class ResponseEnd
{
    /// <summary>Puts status and trailers behind the responses or, where there are none, into the headers, which then
    /// are the whole answer.</summary>
    public static void Write(HttpResponse response, Status status, Metadata? trailers, bool behindMessages)
    {
        foreach (var entry in trailers ?? [])
        {
            if (!ProtocolHeaders.IsReserved(entry.Key))
            {
                Append(response, entry.Key, MetadataEncoding.Encode(entry), behindMessages);
            }
        }

        var code = ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture);
        Append(response, ProtocolHeaders.Status, code, behindMessages);
        if (!string.IsNullOrEmpty(status.Detail))
        {
            Append(response, ProtocolHeaders.Message, PercentEncoding.Encode(status.Detail), behindMessages);
        }
    }

    private static void Append(HttpResponse response, string name, string value, bool trailing)
    {
        if (trailing)
        {
            response.AppendTrailer(name, value);
        }
        else
        {
            response.Headers.Append(name, value);
        }
    }
}
