using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Messaging.Sidecar;

/// <summary>
/// What the sidecar calls: <c>GET /dapr/subscribe</c> and <c>POST /events/{topic}</c>. It is no client: nobody else
/// reaches this port, and where APP_API_TOKEN is set it says that token.
/// </summary>
internal sealed class EventEndpoints(EventReceiver receiver, AppToken token, IOptions<EventBusOptions> options)
{
    private static readonly byte[] _success = """{"status":"SUCCESS"}"""u8.ToArray();
    private static readonly byte[] _retry = """{"status":"RETRY"}"""u8.ToArray();
    private static readonly byte[] _drop = """{"status":"DROP"}"""u8.ToArray();

    internal Task SubscribeAsync(HttpContext context) => token.Admits(context.Request)
        ? WriteAsync(context, receiver.SubscriptionList())
        : RefuseAsync(context);

    internal async Task ReceiveAsync(HttpContext context)
    {
        if (!token.Admits(context.Request))
        {
            await RefuseAsync(context).ConfigureAwait(false);
            return;
        }

        var answer = await AnswerAsync(context).ConfigureAwait(false);
        if (!context.RequestAborted.IsCancellationRequested)
        {
            await WriteAsync(context, Body(answer)).ConfigureAwait(false);
        }
    }

    private async Task<EventAnswer> AnswerAsync(HttpContext context)
    {
        var topic = (string)context.Request.RouteValues["topic"]!;

        // A dead letter is a whole CloudEvent, as base64 in another.
        var most = options.Value.MaxEventBytes * (topic == options.Value.DeadLetterTopic ? 2L : 1L);
        var body = await ReadAsync(context.Request, most, context.RequestAborted).ConfigureAwait(false);
        return body is { } bytes
            ? await receiver.ReceiveAsync(topic, () => Read(context.Request, bytes), context.RequestAborted)
                .ConfigureAwait(false)
            : receiver.Drop(topic, $"it has more than {most} bytes, which EventBus:MaxEventBytes allows");
    }

    /// <summary>A CloudEvent, or a bare payload, whose trace is in the headers.</summary>
    private static IncomingEvent Read(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        var isCloudEvent = request.ContentType?.StartsWith(
            CloudEventWriter.ContentType, StringComparison.OrdinalIgnoreCase) ?? false;
        var e = isCloudEvent ? IncomingEvent.OfCloudEvent(body) : new IncomingEvent(body);
        return ActivityContext.TryParse(e.TraceParent, e.TraceState, out _)
            ? e
            : e with { TraceParent = request.Headers.TraceParent, TraceState = request.Headers.TraceState };
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, long most, CancellationToken ct)
    {
        if (request.ContentLength > most)
        {
            return null;
        }

        using var body = new MemoryStream();
        var buffer = new byte[4096];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0)
        {
            if (body.Length + read > most)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        return context.Response.Body.WriteAsync(json, context.RequestAborted).AsTask();
    }

    private static byte[] Body(EventAnswer answer) => answer switch
    {
        EventAnswer.Success => _success,
        EventAnswer.Retry => _retry,
        _ => _drop,
    };

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}
