using System.Text.Json;
using System.Text.Json.Nodes;
using KoopmanMesh.Sidecar.Http;
using KoopmanMesh.Sidecar.Redis;
using KoopmanMesh.Sidecar.Resources;
using KoopmanMesh.Sidecar.Streams;

namespace KoopmanMesh.Sidecar.Delivering;

/// <summary>
/// Delivers messages as daprd 1.14 and later does: RETRY and failures are tried again by the resiliency policy; when it
/// gives up, and at DROP, the message goes to the dead letter topic; without one it is left to the broker's redelivery.
/// </summary>
internal sealed class Deliverer(AppClient app, RedisPubSub broker, RetryPolicy retries, ILogger<Deliverer> logger)
{
    /// <summary>Whether the message is dealt with.</summary>
    public async Task<bool> DeliverAsync(
        StreamMessage message, TopicSubscription subscription, CancellationToken ct)
    {
        if (CloudEventOf(message, subscription) is not { } cloudEvent)
        {
            Log.NotACloudEvent(logger, message.Topic, message.Id);
            return await BuryAsync(message, subscription, ct);
        }

        for (var retry = 1; ; retry++)
        {
            switch (await app.DeliverAsync(subscription.Route, cloudEvent, ct))
            {
                case AppAnswer.Success:
                    return true;
                case AppAnswer.Drop:
                    Log.AppDropped(logger, message.Topic, message.Id);
                    return subscription.DeadLetterTopic is null || await BuryAsync(message, subscription, ct);
                case AppAnswer.Retry when !retries.Allows(retry):
                    return await BuryAsync(message, subscription, ct);
            }

            await Task.Delay(retries.Pause(retry), ct);
        }
    }

    private async Task<bool> BuryAsync(StreamMessage message, TopicSubscription subscription, CancellationToken ct)
    {
        if (subscription.DeadLetterTopic is not { } grave)
        {
            return false;
        }

        try
        {
            await broker.PublishAsync(grave, message.Data, ct);
            return true;
        }
        catch (Exception x) when (x is IOException or RedisException)
        {
            Log.BrokerAway(logger, grave, x.Message);
            return false;
        }
    }

    private static JsonObject? CloudEventOf(StreamMessage message, TopicSubscription subscription)
    {
        if (subscription.RawPayload)
        {
            return CloudEvents.OfRaw(message.Data, message.Topic, subscription.PubSub);
        }

        try
        {
            return JsonNode.Parse(message.Data) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
