using KoopmanMesh.Sidecar.Redis;

namespace KoopmanMesh.Sidecar.Resources;

/// <summary>
/// A component of type pubsub.redis with the settings of
/// https://docs.dapr.io/reference/components-reference/supported-pubsub/setup-redis-pubsub/ and their defaults.
/// </summary>
internal sealed record PubSubComponent
{
    public const string RedisType = "pubsub.redis";

    public required string Name { get; init; }

    public required RedisAddress Redis { get; init; }

    /// <summary>Name of the consumer group: replicas that share it compete.</summary>
    public required string ConsumerId { get; init; }

    public int QueueDepth { get; init; } = 100;

    public int Concurrency { get; init; } = 10;

    /// <summary>How long a message may be under way before another may have it; 0 for ever.</summary>
    public TimeSpan ProcessingTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often to look for such messages; 0 never.</summary>
    public TimeSpan RedeliverInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>About how many messages a stream keeps; 0 for all.</summary>
    public long MaxLength { get; init; }

    public bool Redelivers => ProcessingTimeout > TimeSpan.Zero && RedeliverInterval > TimeSpan.Zero;

    public static PubSubComponent Of(string name, string appId, IReadOnlyDictionary<string, string> metadata)
    {
        var defaults = new PubSubComponent
        {
            Name = name,
            Redis = RedisAddress.Parse(Text("redisHost", "localhost:6379"), Text("redisPassword", "")),
            ConsumerId = Text("consumerID", appId),
        };
        return defaults with
        {
            QueueDepth = int.Parse(Text("queueDepth", "100"), null),
            Concurrency = int.Parse(Text("concurrency", "10"), null),
            ProcessingTimeout = Durations.Parse(Text("processingTimeout", "15s")),
            RedeliverInterval = Durations.Parse(Text("redeliverInterval", "60s")),
            MaxLength = long.Parse(Text("maxLenApprox", "0"), null),
        };

        string Text(string key, string otherwise) =>
            metadata.TryGetValue(key, out var value) && value.Length > 0 ? value : otherwise;
    }
}
