using System.Globalization;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace KoopmanMesh.ServiceDefaults.Errors;

/// <summary>
/// Ends a call before any service sees it: the whole answer is one block of headers with status, message and details.
/// For middleware; what a service throws goes through the interceptor.
/// </summary>
internal static class GrpcRefusal
{
    internal const string StatusHeader = "grpc-status";
    internal const string MessageHeader = "grpc-message";
    internal const string ContentType = "application/grpc";

    /// <summary>Whether a request is a gRPC call, so that its refusal is an HTTP success.</summary>
    public static bool IsGrpc(HttpRequest request) =>
        request.ContentType is { } type
        && type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (type.Length == ContentType.Length || type[ContentType.Length] is ';' or '+');

    /// <summary>Writes the refusal; nothing has been sent yet, and the caller runs no further middleware.</summary>
    public static void Write(HttpResponse response, ErrorDescription error)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentType;
        WriteStatus(response.Headers, error);
    }

    /// <summary>Writes status, message and details, to headers or to trailers.</summary>
    public static void WriteStatus(IHeaderDictionary headers, ErrorDescription error)
    {
        var status = StatusDetails.Of(error);
        headers[RpcErrors.DetailsTrailer] = HeaderText.Base64(status.ToByteArray());
        headers[StatusHeader] = status.Code.ToString(CultureInfo.InvariantCulture);
        headers[MessageHeader] = HeaderText.PercentEncode(status.Message);
    }
}
