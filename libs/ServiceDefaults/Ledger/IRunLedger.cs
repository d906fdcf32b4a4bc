using KoopmanMesh.Run.V1;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>
/// What became of each run. Changes to one run happen one after the other, and are durable when the call returns, the
/// progress counters aside. While it is out of reach, calls wait up to <c>State:LedgerPatience</c>; then they throw a
/// <see cref="RunLedgerException"/> whose reason is LEDGER_UNAVAILABLE.
/// </summary>
public interface IRunLedger
{
    /// <summary>
    /// Creates a run, or returns the one that the same idempotency key created. An empty key always creates.
    /// </summary>
    /// <exception cref="Errors.ConflictException">The key created a run of another spec.</exception>
    /// <exception cref="Errors.InvalidRequestException">The key has more than 128 characters.</exception>
    Task<RunCreation> CreateOrGetAsync(NewRun run, CancellationToken ct);

    /// <summary>The run.</summary>
    /// <exception cref="Errors.ResourceNotFoundException">There is none of this id.</exception>
    /// <exception cref="Errors.InvalidRequestException">The id is malformed.</exception>
    /// <exception cref="RunLedgerException">This program cannot read it: RUN_UNREADABLE.</exception>
    Task<RunRecord> GetAsync(string runId, CancellationToken ct);

    /// <summary>
    /// The run as it was written last: the rows captured since are not counted, which costs the more the more shards
    /// there are.
    /// </summary>
    /// <exception cref="Errors.ResourceNotFoundException">There is none of this id.</exception>
    Task<RunRecord> PeekAsync(string runId, CancellationToken ct);

    /// <summary>
    /// Changes a run and returns what it is now. A run that has ended is returned as it is, without asking
    /// <paramref name="change"/>; to return the record unchanged is free of effect. It is asked again where a first
    /// attempt to write was lost. A change of the progress alone is
    /// cheap: a crash may lose the last second of it. The captured rows are the ledger's own, whatever the change says.
    /// </summary>
    /// <exception cref="Errors.ResourceNotFoundException">There is none of this id.</exception>
    /// <exception cref="InvalidOperationException">The change is one that no run makes, e.g. RUNNING to
    /// QUEUED.</exception>
    Task<RunRecord> UpdateAsync(string runId, Func<RunRecord, RunRecord> change, CancellationToken ct);

    /// <summary>
    /// All runs, oldest first. As in every list, those are left out that this program cannot read, and the log says so.
    /// </summary>
    Task<IReadOnlyList<RunRecord>> ListAsync(CancellationToken ct);

    /// <summary>All runs, oldest first, for whoever does harm by overlooking one.</summary>
    /// <exception cref="RunLedgerException">This program cannot read one of them: RUN_UNREADABLE.</exception>
    Task<IReadOnlyList<RunRecord>> ListAllAsync(CancellationToken ct);

    /// <summary>The runs that have not ended, oldest first.</summary>
    Task<IReadOnlyList<RunRecord>> ListUnfinishedAsync(CancellationToken ct);

    /// <summary>
    /// The runs that ended at least <paramref name="after"/> ago and of which nobody has called
    /// <see cref="ToldAsync"/>, in the order in which they ended.
    /// </summary>
    Task<IReadOnlyList<RunRecord>> ListUntoldAsync(TimeSpan after, CancellationToken ct);

    /// <summary>
    /// The event that says how the run ended is published. A crash may lose this: the event is then published again.
    /// </summary>
    /// <exception cref="Errors.ResourceNotFoundException">There is none of this id.</exception>
    Task ToldAsync(string runId, CancellationToken ct);

    /// <summary>
    /// Every run that ends from now on, whichever process ended it; of what ended while the ledger was out of reach,
    /// too, once it is back. A run may be told twice.
    /// </summary>
    IAsyncEnumerable<RunRecord> WatchEndingsAsync(CancellationToken ct);

    /// <summary>
    /// The run now and after each change, the newest when changes come faster than the watch interval; ends after the
    /// record in which the run has ended.
    /// </summary>
    IAsyncEnumerable<RunRecord> WatchAsync(string runId, CancellationToken ct);
}

/// <summary>A run to be created.</summary>
/// <param name="Spec">What to analyse; copied.</param>
/// <param name="IdempotencyKey">Chosen by the client, at most 128 characters; empty for none.</param>
/// <param name="TraceId">W3C trace id, or empty.</param>
/// <param name="Plan">How it is split.</param>
public sealed record NewRun(RunSpec Spec, string IdempotencyKey, string TraceId, RunPlan Plan)
{
    /// <summary>W3C traceparent of the call that asked for it, under which all its work is traced; or empty.</summary>
    public string TraceParent { get; init; } = "";
}

/// <summary>What a submit came to.</summary>
/// <param name="Run">The run.</param>
/// <param name="Created">False when an earlier submit created it.</param>
public sealed record RunCreation(RunRecord Run, bool Created);
