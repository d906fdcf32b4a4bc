using System.Text.Json;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Messaging.Sidecar;

/// <summary>
/// Makes dead letters seen: each is logged and counted by the service that could not handle it, and those that nobody
/// can read by every service. Their work is not lost: the ledger has it, and reconciliation publishes it again.
/// </summary>
internal sealed class DeadLetters(ILogger<DeadLetters> logger)
{
    /// <summary>Takes what is left of an event.</summary>
    /// <param name="letter">The message as it was on its own topic.</param>
    /// <param name="isOwn">Whether a topic has a handler here.</param>
    internal void Take(ReadOnlyMemory<byte> letter, Func<string, bool> isOwn)
    {
        var (topic, subject) = Address(letter);
        if (topic == EventTelemetry.UnknownTopic || isOwn(topic))
        {
            EventTelemetry.DeadLetters.Add(1, EventTelemetry.Topic(topic));
            Log.DeadLetterCame(logger, topic, subject, letter.Length);
        }
    }

    private static (string Topic, string Subject) Address(ReadOnlyMemory<byte> letter)
    {
        try
        {
            var e = IncomingEvent.OfCloudEvent(letter);
            return (LogText.Of(e.Topic ?? EventTelemetry.UnknownTopic), LogText.Of(e.Subject ?? ""));
        }
        catch (JsonException)
        {
            return (EventTelemetry.UnknownTopic, "");
        }
    }
}
