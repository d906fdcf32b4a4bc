using System.Diagnostics;
using System.Threading.Channels;
using KoopmanMesh.Contracts.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Messaging;

/// <summary>
/// The bus of a single process: a bounded queue for each handler. What is queued when the process dies is lost; the
/// ledger says what is missing, and reconciliation publishes it again, which is why delivery is at least once.
/// </summary>
internal sealed class InProcessEventBus(
    IEnumerable<ISubscription> subscriptions,
    IOptions<EventBusOptions> options,
    TimeProvider time,
    ILogger<InProcessEventBus> logger) : IEventBus, IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan _drainPoll = TimeSpan.FromMilliseconds(20);

    private readonly ILookup<Type, ISubscription> _subscriptions = subscriptions.ToLookup(s => s.EventType);
    private readonly CancellationTokenSource _stop = new();
    private Task _loops = Task.CompletedTask;

    private IEnumerable<ISubscription> All => _subscriptions.SelectMany(static s => s);

    private int Pending => All.Sum(static s => s.Pending);

    public async ValueTask PublishAsync<T>(T e, CancellationToken ct)
        where T : class, IRunEvent
    {
        ArgumentNullException.ThrowIfNull(e);
        using var activity = ServiceDefaultsTelemetry.Source.StartActivity($"publish {T.Topic}", ActivityKind.Producer);
        activity?.SetTag(ServiceDefaultsTelemetry.TopicTag, T.Topic).SetTag(ServiceDefaultsTelemetry.RunTag, e.RunId);
        ServiceDefaultsTelemetry.Published.Add(
            1, new KeyValuePair<string, object?>(ServiceDefaultsTelemetry.TopicTag, T.Topic));
        var envelope = Envelope<T>.Of(e);
        foreach (var subscription in _subscriptions[typeof(T)])
        {
            try
            {
                await ((ISubscription<T>)subscription).EnqueueAsync(envelope, ct).ConfigureAwait(false);
            }
            catch (ChannelClosedException)
            {
                throw new ObjectDisposedException(
                    nameof(IEventBus), $"the event bus has stopped, {T.Topic} was not published");
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _loops = Task.WhenAll(All.Select(s => s.RunAsync(this, _stop.Token)));
        return Task.CompletedTask;
    }

    /// <summary>Drains: comes before the host takes away the server, which handlers may still call.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (Pending > 0 && time.GetElapsedTime(started) < options.Value.DrainTimeout
            && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(_drainPoll, time, CancellationToken.None).ConfigureAwait(false);
        }

        await _stop.CancelAsync().ConfigureAwait(false);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var subscription in All)
        {
            subscription.Complete();
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _loops.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Log.BusStopped(logger, Pending);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stop.Dispose();
}
