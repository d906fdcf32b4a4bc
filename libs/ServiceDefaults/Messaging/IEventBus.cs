using System.Diagnostics.CodeAnalysis;
using KoopmanMesh.Contracts.Events;

namespace KoopmanMesh.ServiceDefaults.Messaging;

/// <summary>
/// Publishes events. Delivery is at least once and unordered, to one replica of every service that subscribes; trace
/// context travels with the event.
/// </summary>
public interface IEventBus
{
    /// <summary>
    /// Publishes <paramref name="e"/>: done when every subscription has it queued, so a full queue makes the
    /// publisher wait. A handler must not publish to its own subscription without bound: it would wait for itself.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The bus has stopped.</exception>
    ValueTask PublishAsync<T>(T e, CancellationToken ct)
        where T : class, IRunEvent;
}

/// <summary>
/// Handles one type of event. Created in a scope of its own for each delivery. May see an event twice, so it must be
/// idempotent on (run, component, shard). What it throws ends the run, with the exception's reason and message; only
/// what is unavailable is tried again first.
/// </summary>
[SuppressMessage("Naming", "CA1711",
    Justification = "It handles the mesh's events; .NET's events are no subject here.")]
public interface IEventHandler<in T>
    where T : class, IRunEvent
{
    /// <summary>Handles <paramref name="e"/>.</summary>
    /// <param name="e">What happened.</param>
    /// <param name="ct">
    /// Cancelled when the run is cancelled or has failed (not for events that end a run), and when the host stops.
    /// </param>
    Task HandleAsync(T e, CancellationToken ct);
}
