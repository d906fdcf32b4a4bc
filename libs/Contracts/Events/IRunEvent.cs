namespace KoopmanMesh.Contracts.Events;

/// <summary>
/// Something that happened to a run. Events carry ids, counts and digests, never tensors. Delivery is at least once and
/// unordered, to one replica of each service that subscribes: a receiver without memory asks the ledger what is left to
/// do.
/// </summary>
public interface IRunEvent
{
    /// <summary>Topic of the event's type, one of <see cref="Topics"/>.</summary>
    static abstract string Topic { get; }

    /// <summary>The run it happened to.</summary>
    string RunId { get; }
}

/// <summary>
/// An event after which no work is done for its run: its handlers run even when the run's own token is cancelled.
/// </summary>
public interface IRunEnded : IRunEvent
{
}
