using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.ServiceDefaults.Messaging;

/// <summary>
/// An event could not be published, because the sidecar or its broker is away; reconciliation publishes it again.
/// </summary>
/// <param name="topic">The event's topic.</param>
/// <param name="problem">What was in the way.</param>
/// <param name="inner">What caused it.</param>
public sealed class EventBusUnavailableException(string topic, string problem, Exception? inner = null)
    : KoopmanMeshException(
        ErrorKind.Unavailable, "EVENT_BUS_UNAVAILABLE", $"an event of {topic} could not be published: {problem}", inner)
{
}
