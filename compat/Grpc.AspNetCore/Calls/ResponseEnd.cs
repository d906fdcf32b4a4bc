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
    public static readonly Status DeadlineExceeded = new(StatusCode.DeadlineExceeded, "The deadline passed.");

    // Of HTTP/2, RFC 9113 section 7.
    private const int NoError = 0x0;
    private const int Cancel = 0x8;

    /// <summary>Many clients take 8 KiB of headers in all, and lose the status with a message that is longer.</summary>
    private const int MaxMessageLength = 4096;

    /// <summary>How long the last bytes of a call may take behind its deadline.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    /// <summary>Puts status and trailers behind the responses or, where there are none, into the headers, which then
    /// are the whole answer.</summary>
    public static void Write(HttpResponse response, Status status, Metadata? trailers, bool answered)
    {
        var destination = answered || response.HasStarted ? Trailers(response) : response.Headers;
        foreach (var entry in trailers ?? [])
        {
            Append(destination, entry);
        }

        // A code that gRPC doesn't have tells nobody anything.
        var code = Enum.IsDefined(status.StatusCode) ? status.StatusCode : StatusCode.Unknown;
        destination[ProtocolHeaders.Status] = ((int)code).ToString(CultureInfo.InvariantCulture);
        if (!string.IsNullOrEmpty(status.Detail))
        {
            destination[ProtocolHeaders.Message] = PercentEncoding.Encode(status.Detail, MaxMessageLength);
        }
    }

    /// <summary>Sends the status now, while the service may still be at work, and frees the stream, unless Kestrel
    /// does because the service returns.</summary>
    /// <param name="response">The response.</param>
    /// <param name="answered">Whether headers or messages came before.</param>
    /// <param name="unread">Whether the client leaves so much unread that a write waits; the rest isn't sent.</param>
    /// <param name="returned">Ends when the service has returned.</param>
    public static async Task SendDeadlineExceededAsync(
        HttpResponse response, bool answered, bool unread, Task returned)
    {
        Write(response, DeadlineExceeded, trailers: null, answered);
        // The waiting write ends well; a cancelled one would have Kestrel reset the stream with INTERNAL_ERROR.
        response.BodyWriter.CancelPendingFlush();
        await response.CompleteAsync();
        if (answered)
        {
            // A reset would throw away what is still on its way.
            var time = Task.Delay(LastWords);
            await (unread ? time : Task.WhenAny(returned, time));
        }

        if (unread || !returned.IsCompleted)
        {
            response.HttpContext.Features.GetRequiredFeature<IHttpResetFeature>().Reset(answered ? Cancel : NoError);
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
