using System.Collections.Concurrent;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>
/// Bounds what each client's calls take together. The calls that this process makes to itself are bounded by the work
/// that they are part of, not here.
/// </summary>
internal sealed class ClientLimits(RequestDelegate next, IOptions<LimitOptions> options, ILogger<ClientLimits> logger)
{
    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(1);

    private readonly LimitOptions _limits = options.Value;
    private readonly ConcurrentDictionary<string, ClientUsage> _clients = new(StringComparer.Ordinal);

    public Task InvokeAsync(HttpContext context) => KnownClient.IsThisProcess(context.User)
        ? next(context)
        : LimitAsync(context, KeyOf(context));

    private static string KeyOf(HttpContext context) => KnownClient.KeyOf(context.User)
        ?? context.Features.Get<ClientConnection>()?.Address
        ?? ClientConnection.AddressOf(context.Connection.RemoteIpAddress);

    private async Task LimitAsync(HttpContext context, string client)
    {
        if (!TryEnter(client, out var usage))
        {
            Refuse(context, client, "CALLS_PER_CLIENT", $"the client has {_limits.MaxCallsPerClient} calls open");
            return;
        }

        CallMeter? meter = null;
        try
        {
            if (usage.Bytes > _limits.MaxBytesInFlightPerClient)
            {
                Refuse(context, client, CallMeter.Reason, CallMeter.Sentence(_limits.MaxBytesInFlightPerClient));
                return;
            }

            meter = CallMeter.Attach(context, usage, _limits.MaxBytesInFlightPerClient);
            await next(context).ConfigureAwait(false);
            await meter.FinishAsync(context.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            meter?.Release();
            Leave(client, usage);
        }
    }

    private bool TryEnter(string client, out ClientUsage usage)
    {
        while (true)
        {
            usage = _clients.GetOrAdd(client, static _ => new ClientUsage());
            if (usage.TryEnter(_limits.MaxCallsPerClient, out var forgotten))
            {
                return true;
            }

            if (!forgotten)
            {
                return false;
            }
        }
    }

    private void Leave(string client, ClientUsage usage)
    {
        if (usage.Leave())
        {
            _clients.TryRemove(KeyValuePair.Create(client, usage));
        }
    }

    private void Refuse(HttpContext context, string client, string reason, string message)
    {
        Log.ClientOverLimit(logger, LogText.Of(client), LogText.Of(context.Request.Path), reason);
        var error = new ErrorDescription(
            ErrorKind.ResourceExhausted, reason, message + ", which is the most it may have")
        {
            RetryAfter = _retryAfter,
        };
        if (GrpcRefusal.IsGrpc(context.Request))
        {
            GrpcRefusal.Write(context.Response, error);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers.RetryAfter = "1";
        }
    }
}
