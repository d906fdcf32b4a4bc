using System.Globalization;
using System.Threading.Channels;
using KoopmanMesh.Sidecar.Faults;
using KoopmanMesh.Sidecar.Redis;
using KoopmanMesh.Sidecar.Resources;

namespace KoopmanMesh.Sidecar.Streams;

/// <summary>The component pubsub.redis: publishes to streams, and hands their entries to a few workers.</summary>
internal sealed class RedisPubSub(PubSubComponent component, FaultPlan faults, ILogger<RedisPubSub> logger)
    : IDisposable
{
    private readonly RedisLink _commands = new(component.Redis);
    private readonly Channel<PulledMessage> _queue = Channel.CreateBounded<PulledMessage>(component.QueueDepth);

    public PubSubComponent Component => component;

    public void Dispose() => _commands.Dispose();

    public async Task PublishAsync(string topic, byte[] data, CancellationToken ct)
    {
        string[] limit = component.MaxLength > 0
            ? ["MAXLEN", "~", component.MaxLength.ToString(CultureInfo.InvariantCulture)]
            : [];
        object[] command = ["XADD", topic, .. limit, "*", "data", data];
        try
        {
            await _commands.CallAsync(command, ct);
        }
        catch (IOException)
        {
            // The connection may be one that broke long ago: only a fresh one tells whether Redis is away.
            await _commands.CallAsync(command, ct);
        }
    }

    public Task PingAsync(CancellationToken ct) => _commands.CallAsync(["PING"], ct);

    /// <summary>Serves subscriptions until <paramref name="ct"/>.</summary>
    public async Task RunAsync(
        IReadOnlyList<(string Topic, Func<StreamMessage, CancellationToken, Task<bool>> Handle)> subscriptions,
        CancellationToken ct)
    {
        var queue = _queue.Writer;
        List<StreamReader> readers =
            [.. subscriptions.Select(s => new StreamReader(component, s.Topic, s.Handle, queue, faults, logger))];
        try
        {
            var workers = Enumerable.Range(0, component.Concurrency).Select(_ => WorkAsync(ct));
            await Task.WhenAll([.. readers.Select(r => r.RunAsync(ct)), .. workers]);
        }
        finally
        {
            readers.ForEach(static r => r.Dispose());
        }
    }

    private async Task WorkAsync(CancellationToken ct)
    {
        await foreach (var pulled in _queue.Reader.ReadAllAsync(ct))
        {
            await ProcessAsync(pulled, ct);
        }
    }

    private async Task ProcessAsync(PulledMessage pulled, CancellationToken ct)
    {
        var message = pulled.Message;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (component.Redelivers)
        {
            timeout.CancelAfter(component.ProcessingTimeout);
        }

        try
        {
            await Task.Delay(pulled.Delay, timeout.Token);
            if (await pulled.Handle(message, timeout.Token))
            {
                await _commands.CallAsync(["XACK", message.Topic, component.ConsumerId, message.Id], ct);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            Log.EventTimedOut(logger, message.Topic, message.Id);
        }
        catch (Exception x) when (x is IOException or RedisException)
        {
            // Not acknowledged, so it comes again: at least once.
            Log.BrokerAway(logger, message.Topic, x.Message);
        }
    }
}
