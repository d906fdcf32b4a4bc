namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>How far a piece of work is.</summary>
public enum WorkState
{
    /// <summary>To be claimed by whoever can do it.</summary>
    Ready = 1,

    /// <summary>Somebody does it, for as long as the lease is renewed.</summary>
    Leased = 2,

    /// <summary>Its result is there. Final.</summary>
    Done = 3,

    /// <summary>It failed too often and is left alone. Final.</summary>
    Parked = 4,
}

/// <summary>One piece of work as the ledger has it.</summary>
public sealed record WorkItem
{
    /// <summary>Which work.</summary>
    public required WorkKey Key { get; init; }

    /// <summary>How far it is.</summary>
    public required WorkState State { get; init; }

    /// <summary>How often it was claimed.</summary>
    public int Attempts { get; init; }

    /// <summary>How many of the attempts failed, or let their lease run out and were taken over.</summary>
    public int Failures { get; init; }

    /// <summary>How many of the attempts found something unavailable.</summary>
    public int Waits { get; init; }

    /// <summary>Who claimed it last; empty when nobody did.</summary>
    public string Owner { get; init; } = "";

    /// <summary>When it became ready, or ready again, UTC by the ledger's clock; may be in the future.</summary>
    public DateTimeOffset ReadyAt { get; init; }

    /// <summary>When it was claimed last.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the lease runs out, if nobody renews it.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>When it was done or parked.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Rows done by the current attempt, of work that counts rows.</summary>
    public long Rows { get; init; }

    /// <summary>Rows a second by the current attempt; 0 once it is done.</summary>
    public double RowsPerSecond { get; init; }

    /// <summary>What it came to, once it is done: the digest of an artifact.</summary>
    public string Result { get; init; } = "";

    /// <summary>Why the last attempt failed; empty when none did.</summary>
    public string LastError { get; init; } = "";
}

/// <summary>A claim on a piece of work: whoever holds the newest may complete it.</summary>
/// <param name="Key">Which work.</param>
/// <param name="Owner">Who claimed it.</param>
/// <param name="Attempt">Counts the claims of this work from 1; no two leases of one work share it.</param>
/// <param name="TakenOver">Whether an earlier holder let its lease run out.</param>
public sealed record WorkLease(WorkKey Key, string Owner, int Attempt, bool TakenOver)
{
    /// <summary>How long it was ready before this claim.</summary>
    public TimeSpan Waited { get; init; }

    /// <summary>See <see cref="WorkItem.Failures"/>: those before this claim.</summary>
    public int Failures { get; init; }

    /// <summary>See <see cref="WorkItem.Waits"/>.</summary>
    public int Waits { get; init; }
}

/// <summary>Why an attempt gives its work back.</summary>
public enum WorkSetback
{
    /// <summary>Its replica stops. Counted nowhere.</summary>
    Interrupted = 0,

    /// <summary>Something that it needs is not available now; counted as a wait.</summary>
    Unavailable = 1,

    /// <summary>It failed; counted as a failure.</summary>
    Failed = 2,

    /// <summary>
    /// What it called went away in the middle, which may be the work's own doing; counted as ten waits.
    /// </summary>
    Broken = 3,
}

/// <summary>What setbacks count.</summary>
internal static class WorkSetbacks
{
    internal static int Failures(this WorkSetback why) => why == WorkSetback.Failed ? 1 : 0;

    internal static int Waits(this WorkSetback why) => why switch
    {
        WorkSetback.Unavailable => 1,
        WorkSetback.Broken => 10,
        _ => 0,
    };
}

/// <summary>How much work of a kind is in a state.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="State">The state.</param>
/// <param name="Items">Pieces, at least 1.</param>
public sealed record WorkCount(WorkKind Kind, WorkState State, long Items);

/// <summary>How far an attempt is.</summary>
/// <param name="Rows">Rows done since its start.</param>
/// <param name="RowsPerSecond">Over the last moments.</param>
public sealed record WorkProgress(long Rows, double RowsPerSecond);
