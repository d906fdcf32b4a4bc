using System.Threading.Channels;
using KoopmanMesh.Contracts.Events;

namespace KoopmanMesh.ServiceDefaults.Messaging;

/// <summary>A handler's queue and the loops that empty it.</summary>
internal interface ISubscription
{
    /// <summary>Type of the events.</summary>
    Type EventType { get; }

    /// <summary>Topic of the events.</summary>
    string Topic { get; }

    /// <summary>Events queued or being handled.</summary>
    int Pending { get; }

    /// <summary>Delivers until the queue is complete and empty, or <paramref name="stop"/>.</summary>
    Task RunAsync(IEventBus bus, CancellationToken stop);

    /// <summary>
    /// Delivers one event that came from outside, when the handler has a place for it.
    /// </summary>
    /// <param name="e">The event.</param>
    /// <param name="bus">Where a failure is told.</param>
    /// <param name="caller">Cancelled when nobody waits for the delivery to begin.</param>
    /// <param name="stop">Cancelled when the delivery has to end.</param>
    /// <exception cref="System.Text.Json.JsonException">It is not such an event.</exception>
    Task<DeliveryOutcome> DeliverAsync(
        IncomingEvent e, IEventBus bus, CancellationToken caller, CancellationToken stop);

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

/// <summary>
/// The queue of one handler: bounded, emptied by <paramref name="concurrency"/> loops. Where a broker queues, as many
/// deliveries run at once, and no more wait than the queue would hold.
/// </summary>
internal sealed class Subscription<T, THandler>(DeliveryServices services, int concurrency)
    : ISubscription<T>, IDisposable
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

    private readonly SemaphoreSlim _places = new(concurrency);
    private readonly int _mostPending = concurrency + services.Options.Value.QueueCapacity;
    private int _pending;

    public Type EventType => typeof(T);

    public string Topic => T.Topic;

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

        CountQueued(1);
    }

    public async Task<DeliveryOutcome> DeliverAsync(
        IncomingEvent e, IEventBus bus, CancellationToken caller, CancellationToken stop)
    {
        var envelope = new Envelope<T>(e.As<T>(), e.TraceParent, e.TraceState);
        try
        {
            if (Interlocked.Increment(ref _pending) > _mostPending
                || !await TakePlaceAsync(caller, stop).ConfigureAwait(false))
            {
                return DeliveryOutcome.Interrupted;
            }

            try
            {
                return await _delivery.DeliverAsync(envelope, bus, stop).ConfigureAwait(false);
            }
            finally
            {
                _places.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
        }
    }

    public Task RunAsync(IEventBus bus, CancellationToken stop) => Task.WhenAll(
        Enumerable.Range(0, concurrency).Select(_ => Task.Run(() => LoopAsync(bus, stop), CancellationToken.None)));

    public void Complete() => _queue.Writer.TryComplete();

    public void Dispose() => _places.Dispose();

    private async Task LoopAsync(IEventBus bus, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && await WaitAsync(stop).ConfigureAwait(false))
        {
            while (!stop.IsCancellationRequested && _queue.Reader.TryRead(out var envelope))
            {
                CountQueued(-1);
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

    private async Task<bool> TakePlaceAsync(CancellationToken caller, CancellationToken stop)
    {
        using var link = CancellationTokenSource.CreateLinkedTokenSource(caller, stop);
        CountQueued(1);
        try
        {
            await _places.WaitAsync(link.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            CountQueued(-1);
        }
    }

    private static void CountQueued(int events) => ServiceDefaultsTelemetry.Queued.Add(
        events, new KeyValuePair<string, object?>(ServiceDefaultsTelemetry.TopicTag, T.Topic));
}
