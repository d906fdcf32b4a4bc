namespace KoopmanMesh.ServiceDefaults.Messaging;

/// <summary>What carries events.</summary>
public enum EventBusKind
{
    /// <summary>Queues in this process: it hosts every service.</summary>
    InProcess,

    /// <summary>A Dapr sidecar beside this process, and the broker that it is told to use.</summary>
    Dapr,
}
