using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Messaging;

/// <summary>
/// The end of deliveries: those under way may finish within a time, then they are cancelled. A host drains before it
/// takes away the server, which handlers may still call.
/// </summary>
internal sealed class DeliveryDrain(
    IEnumerable<ISubscription> subscriptions, IOptions<EventBusOptions> options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(20);

    private readonly ISubscription[] _subscriptions = [.. subscriptions];
    private readonly CancellationTokenSource _stop = new();
    private volatile bool _isDraining;

    /// <summary>Every subscription of this host.</summary>
    internal IReadOnlyList<ISubscription> Subscriptions => _subscriptions;

    /// <summary>Cancelled when deliveries have to end.</summary>
    internal CancellationToken Stop => _stop.Token;

    /// <summary>Whether nothing new should begin.</summary>
    internal bool IsDraining => _isDraining;

    /// <summary>Deliveries queued or under way.</summary>
    internal int Pending => _subscriptions.Sum(static s => s.Pending);

    /// <summary>Waits for what is under way, and cancels what is left.</summary>
    internal async Task DrainAsync(CancellationToken cancellationToken)
    {
        _isDraining = true;
        var started = time.GetTimestamp();
        while (Pending > 0 && time.GetElapsedTime(started) < options.Value.DrainTimeout
            && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(_poll, time, CancellationToken.None).ConfigureAwait(false);
        }

        await _stop.CancelAsync().ConfigureAwait(false);
    }

    public void Dispose() => _stop.Dispose();
}
