namespace KoopmanMesh.Sidecar.Resources;

/// <summary>What the application wants to hear, and where.</summary>
internal sealed record TopicSubscription(string PubSub, string Topic, string Route)
{
    /// <summary>Where messages go that could not be delivered; null for nowhere.</summary>
    public string? DeadLetterTopic { get; init; }

    /// <summary>Whether messages are not CloudEvents.</summary>
    public bool RawPayload { get; init; }
}
