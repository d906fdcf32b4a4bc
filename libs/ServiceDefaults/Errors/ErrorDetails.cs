using System.Globalization;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KoopmanMesh.ServiceDefaults.Errors;

/// <summary>Adds details to a failed response that has none.</summary>
internal static class ErrorDetails
{
    public static void Complete(HttpContext context)
    {
        var response = context.Response;
        if (Unsent(response) is { } end)
        {
            if (!end.ContainsKey(RpcErrors.DetailsTrailer)
                && int.TryParse(end[GrpcRefusal.StatusHeader], CultureInfo.InvariantCulture, out var code)
                && code != (int)StatusCode.OK)
            {
                AddTo(end, (StatusCode)code, context.Request.Path);
            }
        }
        else if (!response.HasStarted && response.StatusCode >= StatusCodes.Status400BadRequest)
        {
            TellHttpError(context);
        }
    }

    /// <summary>The headers or trailers that hold the status, as long as something can be added to them.</summary>
    private static IHeaderDictionary? Unsent(HttpResponse response)
    {
        if (!response.HasStarted && response.Headers.ContainsKey(GrpcRefusal.StatusHeader))
        {
            return response.Headers;
        }

        var trailers = response.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        return trailers is { IsReadOnly: false } && trailers.ContainsKey(GrpcRefusal.StatusHeader) ? trailers : null;
    }

    private static void AddTo(IHeaderDictionary end, StatusCode code, string path)
    {
        var message = Uri.UnescapeDataString(end[GrpcRefusal.MessageHeader].ToString());
        var status = StatusDetails.Of(Describe(code, message, path));

        // Two codes may be one kind; the details repeat what the call ends with.
        status.Code = (int)code;
        end[RpcErrors.DetailsTrailer] = HeaderText.Base64(status.ToByteArray());
        end[GrpcRefusal.MessageHeader] = HeaderText.PercentEncode(status.Message);
    }

    /// <summary>
    /// What is refused as HTTP is told as gRPC too: to gRPC clients, which may not see an HTTP status, as a success
    /// with a gRPC status; to others, at a gRPC method's path, beside the HTTP status.
    /// </summary>
    private static void TellHttpError(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (GrpcRefusal.IsGrpc(request) && HttpProtocol.IsHttp2(request.Protocol))
        {
            var message = $"the server refused the call with HTTP status {response.StatusCode}";
            GrpcRefusal.Write(response, Describe(CodeOf(response.StatusCode), message, request.Path));
        }
        else if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not null)
        {
            GrpcRefusal.WriteStatus(response.Headers, new ErrorDescription(
                ErrorKind.InvalidArgument,
                "NOT_GRPC",
                $"the request is {request.Protocol} with content type '{request.ContentType}', "
                + $"expected HTTP/2 with '{GrpcRefusal.ContentType}'")
            {
                Field = "content-type",
            });
        }
    }

    private static ErrorDescription Describe(StatusCode code, string message, string path)
    {
        var error = new ErrorDescription(
            ErrorCodes.KindOf(code),
            ErrorCodes.ReasonOf(code),
            message.Length > 0 ? message : $"the call ended with status {code} and no message");
        return code is StatusCode.Unimplemented ? error with { ResourceType = "method", ResourceName = path } : error;
    }

    // As gRPC's http-grpc-status-mapping, and a body too large as what it is.
    private static StatusCode CodeOf(int httpStatus) => httpStatus switch
    {
        StatusCodes.Status401Unauthorized => StatusCode.Unauthenticated,
        StatusCodes.Status403Forbidden => StatusCode.PermissionDenied,
        StatusCodes.Status404NotFound => StatusCode.Unimplemented,
        StatusCodes.Status413PayloadTooLarge => StatusCode.ResourceExhausted,
        StatusCodes.Status429TooManyRequests => StatusCode.Unavailable,
        StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable
            or StatusCodes.Status504GatewayTimeout => StatusCode.Unavailable,
        _ => StatusCode.Internal,
    };
}
