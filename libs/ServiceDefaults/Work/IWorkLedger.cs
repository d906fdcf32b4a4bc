namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>
/// Which work a run has, who does it and what it came to. Every change is atomic and durable when the call returns, the
/// progress of an attempt aside. All times are by the ledger's own clock, so that the clocks of those who work may
/// differ.
/// </summary>
public interface IWorkLedger
{
    /// <summary>
    /// Makes work ready that the ledger does not have yet; returns what was added by this call, so that of two callers
    /// one publishes it. Nothing is added to a run that has ended.
    /// </summary>
    /// <exception cref="Errors.ResourceNotFoundException">There is no such run.</exception>
    Task<IReadOnlyList<WorkKey>> OfferAsync(string runId, IReadOnlyList<WorkKey> work, CancellationToken ct);

    /// <summary>
    /// Claims work for as long as <paramref name="lease"/>. Null when there is nothing to do: it is done, parked, not
    /// known, not due yet or held by a lease that has not run out, or its run has ended.
    /// </summary>
    Task<WorkLease?> ClaimAsync(WorkKey key, string owner, TimeSpan lease, CancellationToken ct);

    /// <summary>
    /// Renews a lease from now on and records the attempt's progress. False when it is no longer held: another has
    /// claimed the work, or the run has ended. A lease that ran out but that nobody claimed is renewed.
    /// </summary>
    Task<bool> RenewAsync(WorkLease held, TimeSpan lease, WorkProgress progress, CancellationToken ct);

    /// <summary>
    /// Completes the work with its result; what the same lease has completed already is left as it is. False, and
    /// nothing changes, when the lease is no longer held or the run has ended.
    /// </summary>
    Task<bool> CompleteAsync(WorkLease held, string result, WorkProgress progress, CancellationToken ct);

    /// <summary>
    /// Gives the work back, to be claimed again after <paramref name="delay"/>. Without effect when the lease is no
    /// longer held or the run has ended.
    /// </summary>
    Task RetryLaterAsync(WorkLease held, WorkSetback why, string error, TimeSpan delay, CancellationToken ct);

    /// <summary>
    /// Parks work that is not done, whoever holds it; returns whether this call did.
    /// </summary>
    Task<bool> ParkAsync(WorkKey key, string error, CancellationToken ct);

    /// <summary>The run's work, in the order of kind, component, level, index.</summary>
    /// <exception cref="Errors.ResourceNotFoundException">There is no such run.</exception>
    Task<IReadOnlyList<WorkItem>> ListAsync(string runId, CancellationToken ct);

    /// <summary>
    /// What <see cref="WorkView"/> says, <paramref name="around"/> being the work that is asked for: the whole list is
    /// long, and most of it is done. Costs as much as the view has items.
    /// </summary>
    /// <exception cref="Errors.ResourceNotFoundException">There is no such run.</exception>
    Task<WorkView> ViewAsync(string runId, IReadOnlyList<WorkKey> around, CancellationToken ct);

    /// <summary>
    /// Whether it is the caller's turn to reconcile: of all processes that ask, one is told so in each
    /// <paramref name="interval"/>.
    /// </summary>
    Task<bool> TakeTurnAsync(TimeSpan interval, CancellationToken ct);

    /// <summary>How much work of runs that have not ended is ready and leased, by kind.</summary>
    Task<IReadOnlyList<WorkCount>> CountAsync(CancellationToken ct);

    /// <summary>
    /// Work of runs that have not ended whose event may be lost: ready for longer than <paramref name="after"/>, or
    /// leased by a lease that has run out. What is returned is as it was; it is not returned again before
    /// <paramref name="after"/>, to nobody. A lease that has run out can still be renewed until somebody claims the
    /// work.
    /// </summary>
    Task<IReadOnlyList<WorkItem>> TakeStalledAsync(TimeSpan after, int most, CancellationToken ct);
}
