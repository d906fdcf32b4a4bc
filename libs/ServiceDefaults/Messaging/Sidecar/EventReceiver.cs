using System.Text.Json;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Messaging.Sidecar;

/// <summary>
/// Delivers what the sidecar brings to this host's handlers. A delivery that has begun goes on when the sidecar hangs
/// up: its work is held by a lease, and the same event that comes again finds it held or done.
/// </summary>
internal sealed class EventReceiver(
    DeliveryDrain drain,
    IEventBus bus,
    DeadLetters deadLetters,
    IOptions<EventBusOptions> options,
    ILogger<EventReceiver> logger)
{
    private readonly ILookup<string, ISubscription> _subscriptions =
        drain.Subscriptions.ToLookup(static s => s.Topic, StringComparer.Ordinal);

    /// <summary>What <c>GET /dapr/subscribe</c> answers.</summary>
    internal ReadOnlyMemory<byte> SubscriptionList() => Sidecar.SubscriptionList.Write(
        _subscriptions.Select(static s => s.Key).Order(StringComparer.Ordinal), options.Value);

    /// <summary>Delivers an event to every handler of its topic.</summary>
    /// <param name="topic">Where it was published.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="caller">Cancelled when the sidecar hangs up.</param>
    internal async Task<EventAnswer> ReceiveAsync(string topic, Func<IncomingEvent> read, CancellationToken caller)
    {
        try
        {
            if (topic == options.Value.DeadLetterTopic && topic.Length > 0)
            {
                deadLetters.Take(read().Json, _subscriptions.Contains);
                return EventAnswer.Success;
            }

            if (!_subscriptions.Contains(topic))
            {
                return Drop(topic, $"no handler here takes this topic, expected one of {string.Join(", ", Topics)}");
            }

            return await DeliverAsync(topic, read(), caller).ConfigureAwait(false);
        }
        catch (JsonException x)
        {
            return Drop(topic, x.Message);
        }
    }

    /// <summary>Says that an event was not even read.</summary>
    internal EventAnswer Drop(string topic, string problem)
    {
        Log.EventRefused(logger, LogText.Of(topic), LogText.Of(problem));
        return EventAnswer.Drop;
    }

    private IEnumerable<string> Topics => _subscriptions.Select(static s => s.Key);

    private async Task<EventAnswer> DeliverAsync(string topic, IncomingEvent e, CancellationToken caller)
    {
        // A sidecar that wrapped a bare payload says its own type.
        if (e.Type is { } type && type != topic && IsOurs(type))
        {
            return Drop(topic, $"its type is '{type}', expected '{topic}'");
        }

        if (drain.IsDraining)
        {
            // Told at once, the sidecar would use up its attempts at a host that is on its way down.
            using var end = CancellationTokenSource.CreateLinkedTokenSource(caller, drain.Stop);
            await Task.Delay(Timeout.Infinite, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return EventAnswer.Retry;
        }

        var deliveries = _subscriptions[topic].Select(s => s.DeliverAsync(e, bus, caller, drain.Stop));
        var outcomes = await Task.WhenAll(deliveries).ConfigureAwait(false);
        return outcomes.Contains(DeliveryOutcome.Interrupted) ? EventAnswer.Retry : EventAnswer.Success;
    }

    private static bool IsOurs(string type) => type.StartsWith("koopmanmesh.", StringComparison.Ordinal);
}
