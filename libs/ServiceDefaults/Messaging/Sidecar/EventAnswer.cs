namespace KoopmanMesh.ServiceDefaults.Messaging.Sidecar;

/// <summary>
/// What the sidecar is told about an event (https://docs.dapr.io/reference/api/pubsub_api/, "Expected HTTP Response").
/// </summary>
internal enum EventAnswer
{
    /// <summary>It is dealt with.</summary>
    Success,

    /// <summary>Once more: by Dapr's resiliency policy, and when that gives up it is a dead letter.</summary>
    Retry,

    /// <summary>Never again: it is a dead letter at once (Dapr 1.11 or later; before, it vanished).</summary>
    Drop,
}
