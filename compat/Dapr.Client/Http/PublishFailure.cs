using System.Net;
using System.Text.Json;
using Grpc.Core;

namespace Dapr.Client;

/// <summary>
/// What a failed publication throws: as from the official client, a <see cref="DaprException"/> around gRPC's
/// exception, whose status code tells what is wrong.
/// </summary>
internal static class PublishFailure
{
    private const string Message =
        "Publish operation failed: the Dapr endpoint indicated a failure. See InnerException for details.";

    private const int MostDetail = 2048;

    internal static DaprException Of(Exception x) =>
        new(Message, new RpcException(new Status(StatusCode.Unavailable, x.Message, x)));

    internal static async Task<DaprException> OfAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var detail = await DetailAsync(response.Content, ct).ConfigureAwait(false);
        return new(Message, new RpcException(new Status(
            CodeOf(response.StatusCode), $"HTTP status {(int)response.StatusCode}{detail}")));
    }

    private static StatusCode CodeOf(HttpStatusCode code) => code switch
    {
        HttpStatusCode.BadRequest => StatusCode.InvalidArgument,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.NotFound,
        HttpStatusCode.InternalServerError => StatusCode.Internal,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    /// <summary>The sidecar says errors as <c>{"errorCode": …, "message": …}</c>.</summary>
    private static async Task<string> DetailAsync(HttpContent content, CancellationToken ct)
    {
        var text = await content.ReadAsStringAsync(ct).ConfigureAwait(false);
        text = text.Length > MostDetail ? text[..MostDetail] : text;
        try
        {
            using var error = JsonDocument.Parse(text);
            return error.RootElement.ValueKind == JsonValueKind.Object
                ? $": {Member(error, "errorCode")}: {Member(error, "message")}"
                : "";
        }
        catch (JsonException)
        {
            return text.Length == 0 ? "" : ": " + text;
        }
    }

    private static string Member(JsonDocument error, string name) =>
        error.RootElement.TryGetProperty(name, out var value) ? value.ToString() : "?";
}
