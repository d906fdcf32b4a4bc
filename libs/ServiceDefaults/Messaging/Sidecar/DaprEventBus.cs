using Dapr;
using Dapr.Client;
using Grpc.Core;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Messaging.Sidecar;

/// <summary>
/// Publishes through the Dapr sidecar, as CloudEvents. While it or its broker is away an event is tried for a time, and
/// then given up: the ledger knows what it said, and reconciliation says it again. After one that was given up the next
/// ones get one attempt each, so that a long absence does not hold up all work.
/// </summary>
internal sealed class DaprEventBus(
    DaprClient client,
    HostInstance instance,
    DeliveryDrain drain,
    IOptions<EventBusOptions> options,
    TimeProvider time,
    ILogger<DaprEventBus> logger) : IEventBusLifetime
{
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(2);

    private readonly EventBusOptions _options = options.Value;
    private volatile bool _isAway;

    public async ValueTask PublishAsync<T>(T e, CancellationToken ct)
        where T : class, IRunEvent
    {
        ArgumentNullException.ThrowIfNull(e);
        using var activity = Publication.Start(e);
        await InsistAsync(T.Topic, CloudEventWriter.Write(e, instance.Service, time.GetUtcNow()), ct)
            .ConfigureAwait(false);
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => drain.DrainAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Log.BusStopped(logger, drain.Pending);
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task InsistAsync(string topic, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(_options.PublishTimeout, time);
        using var link = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        string? problem = null;
        for (var pause = _options.RetryDelay; ; pause = pause * 2 < _longestPause ? pause * 2 : _longestPause)
        {
            try
            {
                await PublishAsync(topic, body, link.Token).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException x) when (!ct.IsCancellationRequested)
            {
                throw GivenUp(topic, problem, x);
            }
            catch (DaprException x) when (IsRefusal(x))
            {
                throw new PreconditionException(
                    "EVENT_REFUSED", _options.PubSub, $"the sidecar refused an event of {topic}: {Detail(x)}", x);
            }
            catch (DaprException x) when (_isAway)
            {
                throw GivenUp(topic, Detail(x), x);
            }
            catch (DaprException x)
            {
                problem = Detail(x);
                Log.PublicationDelayed(logger, topic, problem);
            }

            // What is left of the patience may be shorter: then the next attempt ends at once.
            await Task.Delay(pause, time, link.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PublishAsync(string topic, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        await client.PublishByteEventAsync(
            _options.PubSub, topic, body, CloudEventWriter.ContentType, cancellationToken: ct).ConfigureAwait(false);
        if (_isAway)
        {
            _isAway = false;
            Log.SidecarFound(logger);
        }
    }

    private EventBusUnavailableException GivenUp(string topic, string? problem, Exception x)
    {
        problem ??= $"the sidecar did not answer within {_options.PublishTimeout.TotalSeconds} s";
        _isAway = true;
        EventTelemetry.Unpublished.Add(1, EventTelemetry.Topic(topic));
        return new EventBusUnavailableException(topic, problem, x);
    }

    /// <summary>What no second attempt changes: the request, who we are, what we may.</summary>
    private static bool IsRefusal(DaprException x) => x.InnerException is RpcException
    {
        StatusCode: StatusCode.InvalidArgument or StatusCode.Unauthenticated or StatusCode.PermissionDenied
    };

    private static string Detail(DaprException x) =>
        LogText.Of((x.InnerException as RpcException)?.Status.Detail ?? x.Message);
}
