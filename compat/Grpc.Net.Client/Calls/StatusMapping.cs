using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Core.Protocol;

namespace Grpc.Net.Client;

/// <summary>What HTTP answers and failures mean in gRPC.</summary>
internal static class StatusMapping
{
    /// <summary>The status of an answer that isn't gRPC's, or null if it is.</summary>
    public static Status? FromResponse(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return new Status(
                FromHttp(response.StatusCode),
                $"Bad gRPC response. HTTP status code: {(int)response.StatusCode}");
        }

        var contentType = response.Content.Headers.ContentType?.ToString();
        return ProtocolHeaders.IsGrpc(contentType)
            ? null
            : new Status(StatusCode.Unknown, $"Bad gRPC response. Content-type: {contentType ?? "none"}");
    }

    /// <summary>The status that headers or trailers hold, or null if they hold none.</summary>
    public static Status? FromHeaders(HttpHeaders headers)
    {
        if (!headers.TryGetValues(ProtocolHeaders.Status, out var codes))
        {
            return null;
        }

        var text = codes.First();
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            || !Enum.IsDefined((StatusCode)code))
        {
            return new Status(
                StatusCode.Unknown, $"Header {ProtocolHeaders.Status} is \"{text}\"; it must be 0 to 16.");
        }

        var message = headers.TryGetValues(ProtocolHeaders.Message, out var messages) ? messages.First() : "";
        return new Status((StatusCode)code, PercentEncoding.Decode(message));
    }

    /// <summary>The metadata among headers or trailers.</summary>
    public static Metadata ReadMetadata(HttpHeaders headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers.NonValidated)
        {
            if (ProtocolHeaders.IsReserved(name))
            {
                continue;
            }

            foreach (var value in values)
            {
                MetadataEncoding.Decode(metadata, name, value);
            }
        }

        return metadata;
    }

    public static Status FromException(Exception exception)
    {
        StatusCode? code = null;
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is RpcException rpcException)
            {
                return rpcException.Status;
            }

            // What lies deeper is more exact, but a broken connection may have any cause.
            code = Known(inner) ?? code;
        }

        return new Status(
            code ?? StatusCode.Internal, $"Error starting or carrying gRPC call. {Describe(exception)}", exception);
    }

    private static StatusCode? Known(Exception exception) => exception switch
    {
        // A cancellation of this side's has settled the status already, so this one is another's.
        OperationCanceledException { InnerException: TimeoutException } => StatusCode.Unavailable,
        OperationCanceledException => StatusCode.Cancelled,
        // Only the message tells a ping without an answer from an answer that breaks the protocol.
        HttpProtocolException protocol when protocol.Message.Contains("ping", StringComparison.Ordinal) =>
            StatusCode.Unavailable,
        HttpProtocolException protocol => FromHttp2(protocol.ErrorCode),
        SocketException or EndOfStreamException => StatusCode.Unavailable,
        HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError,
        } => StatusCode.Unavailable,
        HttpRequestException request when ConnectionFailures.LostBeforeUse(request) => StatusCode.Unavailable,
        IOException => StatusCode.Unavailable,
        _ => null,
    };

    private static StatusCode FromHttp2(long errorCode) => errorCode switch
    {
        0x7 => StatusCode.Unavailable, // REFUSED_STREAM
        0x8 => StatusCode.Cancelled, // CANCEL
        0xb => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        0xc => StatusCode.PermissionDenied, // INADEQUATE_SECURITY
        _ => StatusCode.Internal,
    };

    private static StatusCode FromHttp(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => StatusCode.Internal,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests
            or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    private static string Describe(Exception exception)
    {
        var sentence = $"{exception.GetType().Name}: {exception.Message}";
        return exception.InnerException is null ? sentence : $"{sentence} {Describe(exception.InnerException)}";
    }
}
