using System.Threading.Channels;
using KoopmanMesh.Contracts.Events;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Messaging;

/// <summary>
/// The bus of a single process: a bounded queue for each handler. What is queued when the process dies is lost; the
/// ledger says what is missing, and reconciliation publishes it again, which is why delivery is at least once.
/// </summary>
internal sealed class InProcessEventBus(DeliveryDrain drain, ILogger<InProcessEventBus> logger)
    : IEventBusLifetime
{
    private readonly ILookup<Type, ISubscription> _subscriptions = drain.Subscriptions.ToLookup(s => s.EventType);
    private Task _loops = Task.CompletedTask;

    public async ValueTask PublishAsync<T>(T e, CancellationToken ct)
        where T : class, IRunEvent
    {
        ArgumentNullException.ThrowIfNull(e);
        using var activity = Publication.Start(e);
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
        _loops = Task.WhenAll(drain.Subscriptions.Select(s => s.RunAsync(this, drain.Stop)));
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => drain.DrainAsync(cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var subscription in drain.Subscriptions)
        {
            subscription.Complete();
        }

        // Where a host is disposed of without a stop before.
        if (!drain.IsDraining)
        {
            await drain.DrainAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        }

        await _loops.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Log.BusStopped(logger, drain.Pending);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
