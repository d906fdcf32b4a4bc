namespace KoopmanMesh.ServiceDefaults.Messaging;

/// <summary>What became of a delivery. The better comes first.</summary>
internal enum DeliveryOutcome
{
    /// <summary>The handler is done.</summary>
    Handled,

    /// <summary>The run had ended, so there was nothing to do.</summary>
    Cancelled,

    /// <summary>The handler failed, and its run with it: once more would change nothing.</summary>
    Failed,

    /// <summary>This host stops, or has no place: another, or this one later, has to have it.</summary>
    Interrupted,
}
