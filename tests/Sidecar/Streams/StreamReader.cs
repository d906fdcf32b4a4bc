using System.Globalization;
using System.Threading.Channels;
using KoopmanMesh.Sidecar.Faults;
using KoopmanMesh.Sidecar.Redis;
using KoopmanMesh.Sidecar.Resources;

namespace KoopmanMesh.Sidecar.Streams;

/// <summary>
/// Reads one stream as a member of the application's group, as the component does: new entries by XREADGROUP, those
/// that were under way for too long by XPENDING and XCLAIM.
/// </summary>
internal sealed class StreamReader(
    PubSubComponent component,
    string topic,
    Func<StreamMessage, CancellationToken, Task<bool>> handle,
    ChannelWriter<PulledMessage> queue,
    FaultPlan faults,
    ILogger logger) : IDisposable
{
    private const string BlockMilliseconds = "1000";
    private const int MostHeld = 64;
    private static readonly TimeSpan _reconnect = TimeSpan.FromMilliseconds(200);

    private readonly RedisLink _reads = new(component.Redis);
    private readonly RedisLink _commands = new(component.Redis);
    private int _held;

    public void Dispose()
    {
        _reads.Dispose();
        _commands.Dispose();
    }

    public async Task RunAsync(CancellationToken ct)
    {
        await InsistAsync(CreateGroupAsync, ct);
        await Task.WhenAll(LoopAsync(PollAsync, TimeSpan.Zero, ct), ReclaimLoopAsync(ct));
    }

    private Task ReclaimLoopAsync(CancellationToken ct) => component.Redelivers
        ? LoopAsync(ReclaimAsync, component.RedeliverInterval, ct)
        : Task.CompletedTask;

    private async Task LoopAsync(Func<CancellationToken, Task> step, TimeSpan pause, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await InsistAsync(step, ct);
            await Task.Delay(pause, ct);
        }
    }

    /// <summary>Redis may be away, and may have forgotten the group when it is back.</summary>
    private async Task InsistAsync(Func<CancellationToken, Task> step, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await step(ct);
                return;
            }
            catch (RedisException x) when (x.IsNoGroup)
            {
                Log.GroupRecreated(logger, component.ConsumerId, topic);
                await InsistAsync(CreateGroupAsync, ct);
            }
            catch (Exception x) when (x is IOException or RedisException)
            {
                Log.BrokerAway(logger, topic, x.Message);
                await Task.Delay(_reconnect, ct);
            }
        }
    }

    private async Task CreateGroupAsync(CancellationToken ct)
    {
        try
        {
            await _commands.CallAsync(["XGROUP", "CREATE", topic, component.ConsumerId, "0", "MKSTREAM"], ct);
        }
        catch (RedisException x) when (x.IsBusyGroup)
        {
            // Another replica was here before.
        }
    }

    private async Task PollAsync(CancellationToken ct)
    {
        var reply = await _reads.CallAsync(
            [
                "XREADGROUP", "GROUP", component.ConsumerId, component.ConsumerId,
                "COUNT", component.QueueDepth.ToString(CultureInfo.InvariantCulture),
                "BLOCK", BlockMilliseconds, "STREAMS", topic, ">",
            ],
            ct);
        foreach (var message in StreamReplies.Read(topic, reply))
        {
            await TakeAsync(message, faults.Next(), ct);
        }
    }

    private async Task TakeAsync(StreamMessage message, Fault fault, CancellationToken ct)
    {
        if (fault.Drop)
        {
            Log.EventDropped(logger, topic, message.Id);
            await _commands.CallAsync(["XACK", topic, component.ConsumerId, message.Id], ct);
            return;
        }

        var pulled = new PulledMessage(message, handle, fault.Delay);
        if (fault.Duplicate)
        {
            Log.EventDuplicated(logger, topic, message.Id);
            await queue.WriteAsync(pulled, ct);
        }

        if (fault.Hold > TimeSpan.Zero && Interlocked.Increment(ref _held) <= MostHeld)
        {
            Log.EventHeld(logger, topic, message.Id);
            _ = HoldAsync(pulled, fault.Hold, ct);
            return;
        }

        await queue.WriteAsync(pulled, ct);
    }

    private async Task HoldAsync(PulledMessage pulled, TimeSpan time, CancellationToken ct)
    {
        try
        {
            await Task.Delay(time, ct);
            await queue.WriteAsync(pulled, ct);
        }
        catch (OperationCanceledException)
        {
            // It stays pending; whoever comes next claims it.
        }
        finally
        {
            Interlocked.Decrement(ref _held);
        }
    }

    private async Task ReclaimAsync(CancellationToken ct)
    {
        var group = component.ConsumerId;
        var count = component.QueueDepth.ToString(CultureInfo.InvariantCulture);
        while (true)
        {
            var reply = await _commands.CallAsync(["XPENDING", topic, group, "-", "+", count], ct);
            var late = StreamReplies.Pending(reply)
                .Where(entry => entry.Idle >= component.ProcessingTimeout)
                .Select(static entry => entry.Id)
                .ToArray();
            if (late.Length == 0)
            {
                return;
            }

            var idle = ((long)component.ProcessingTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            var claimed = await _commands.CallAsync(["XCLAIM", topic, group, group, idle, .. late], ct);
            foreach (var message in StreamReplies.Entries(topic, claimed))
            {
                Log.EventClaimed(logger, topic, message.Id);
                await queue.WriteAsync(new PulledMessage(message, handle, TimeSpan.Zero), ct);
            }
        }
    }
}
