using System.Threading.Channels;
using KoopmanMesh.Contracts.Events;

namespace KoopmanMesh.ServiceDefaults.Messaging;

/// <summary>A handler's queue and the loops that empty it.</summary>
internal interface ISubscription
{
    /// <summary>Type of the events.</summary>
    Type EventType { get; }

    /// <summary>Events queued or being handled.</summary>
    int Pending { get; }

    /// <summary>Delivers until the queue is complete and empty, or <paramref name="stop"/>.</summary>
    Task RunAsync(IEventBus bus, CancellationToken stop);

    /// <summary>Takes no more events.</summary>
    void Complete();
}

/// <summary>A subscription to events of one type, whoever handles them.</summary>
internal interface ISubscription<T> : ISubscription
    where T : class, IRunEvent
{
    /// <summary>Queues an event; waits while the queue is full.</summary>
    /// <exception cref="ChannelClosedException">The subscription is complete.</exception>
    ValueTask EnqueueAsync(Envelope<T> envelope, CancellationToken ct);
}

/// <summary>The queue of one handler: bounded, emptied by <paramref name="concurrency"/> loops.</summary>
internal sealed class Subscription<T, THandler>(DeliveryServices services, int concurrency) : ISubscription<T>
    where T : class, IRunEvent
    where THandler : class, IEventHandler<T>
{
    private readonly Delivery<T, THandler> _delivery = new(services);
    private readonly Channel<Envelope<T>> _queue = Channel.CreateBounded<Envelope<T>>(
        new BoundedChannelOptions(services.Options.Value.QueueCapacity)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = concurrency == 1,
        });

    private int _pending;

    public Type EventType => typeof(T);

    public int Pending => Volatile.Read(ref _pending);

    public async ValueTask EnqueueAsync(Envelope<T> envelope, CancellationToken ct)
    {
        Interlocked.Increment(ref _pending);
        try
        {
            await _queue.Writer.WriteAsync(envelope, ct).ConfigureAwait(false);
        }
        catch
        {
            Interlocked.Decrement(ref _pending);
            throw;
        }

        ServiceDefaultsTelemetry.Queued.Add(
            1, new KeyValuePair<string, object?>(ServiceDefaultsTelemetry.TopicTag, T.Topic));
    }

    public Task RunAsync(IEventBus bus, CancellationToken stop) => Task.WhenAll(
        Enumerable.Range(0, concurrency).Select(_ => Task.Run(() => LoopAsync(bus, stop), CancellationToken.None)));

    public void Complete() => _queue.Writer.TryComplete();

    private async Task LoopAsync(IEventBus bus, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && await WaitAsync(stop).ConfigureAwait(false))
        {
            while (!stop.IsCancellationRequested && _queue.Reader.TryRead(out var envelope))
            {
                ServiceDefaultsTelemetry.Queued.Add(
                    -1, new KeyValuePair<string, object?>(ServiceDefaultsTelemetry.TopicTag, T.Topic));
                await _delivery.DeliverAsync(envelope, bus, stop).ConfigureAwait(false);
                Interlocked.Decrement(ref _pending);
            }
        }
    }

    private async Task<bool> WaitAsync(CancellationToken stop)
    {
        try
        {
            return await _queue.Reader.WaitToReadAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
