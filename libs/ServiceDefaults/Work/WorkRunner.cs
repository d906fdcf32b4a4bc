using System.Diagnostics;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>
/// Does a piece of work under a lease: claims it, keeps the lease by a heart-beat, completes it, and moves its run on.
/// What may be better later is tried again, a bounded number of times that is larger for what was not the work's fault;
/// anything else is thrown, and ends the run.
/// </summary>
public sealed class WorkRunner
{
    private const double GoldenRatio = 0.6180339887498949;

    // A claim that comes a moment before its time would spend the event that this replica holds.
    private static readonly TimeSpan _slack = TimeSpan.FromMilliseconds(20);

    private readonly WorkServices _services;
    private readonly RunAdvancer _advancer;
    private readonly RunEnder _ender;
    private readonly ILogger<WorkRunner> _logger;

    internal WorkRunner(WorkServices services, RunAdvancer advancer, RunEnder ender, ILogger<WorkRunner> logger) =>
        (_services, _advancer, _ender, _logger) = (services, advancer, ender, logger);

    private WorkOptions Options => _services.Options;

    /// <summary>
    /// Does the work unless it is done, held by another or not known; returns when it is done, given up or another's.
    /// </summary>
    /// <param name="key">Which work.</param>
    /// <param name="body">
    /// Does it and returns the digest of its result. Its token is cancelled when the lease is lost, the run ends or the
    /// host stops. It may be called again, also by another process at the same time, so it must be free of effects that
    /// matter until it returns.
    /// </param>
    /// <param name="ct">Cancelled when the run ends or the host stops.</param>
    public async Task RunAsync(
        WorkKey key, Func<WorkAttempt, CancellationToken, Task<string>> body, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(body);
        while (await _services.Work.ClaimAsync(key, _services.Instance.Name, Options.Lease, ct).ConfigureAwait(false)
            is { } lease)
        {
            if (lease.Failures >= Options.MaxFailures)
            {
                await ParkAsync(lease, "each replica that took it stopped answering", ct).ConfigureAwait(false);
                return;
            }

            if (await AttemptAsync(lease, body, ct).ConfigureAwait(false) is not { } pause)
            {
                return;
            }

            // Waiting here slows the producers of this work: whatever it lacked is not there for others either.
            await Task.Delay(pause, _services.Time, ct).ConfigureAwait(false);
        }
    }

    /// <summary>One attempt; returns the pause before the next one, or null when there is nothing left to do.</summary>
    private async Task<TimeSpan?> AttemptAsync(
        WorkLease lease, Func<WorkAttempt, CancellationToken, Task<string>> body, CancellationToken ct)
    {
        using var activity = WorkTelemetry.Start(lease);
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var attempt = new WorkAttempt(lease);
        var (started, outcome) = (_services.Time.GetTimestamp(), WorkTelemetry.Failed);
        CountTakeOver(lease);
        try
        {
            outcome = await HeldAsync(attempt, body, lost, ct).ConfigureAwait(false);
            return null;
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            outcome = WorkTelemetry.Interrupted;
            await GiveBackAsync(lease, WorkSetback.Interrupted, "its replica stopped", TimeSpan.Zero)
                .ConfigureAwait(false);
            throw;
        }
        catch (Exception) when (lost.IsCancellationRequested)
        {
            outcome = WorkTelemetry.Lost;
            Log.LeaseLost(_logger, lease.Key.Name, lease.Key.RunId, lease.Attempt);
            return null;
        }
        catch (Exception e) when (MayPass(e, out var error))
        {
            Log.WorkFailed(_logger, lease.Key.Name, lease.Key.RunId, lease.Attempt, error.Reason, error.Message, e);
            activity?.SetStatus(ActivityStatusCode.Error, error.Message);
            (outcome, var pause) = await RetryOrParkAsync(attempt, error, ct).ConfigureAwait(false);
            return pause;
        }
        finally
        {
            WorkTelemetry.End(activity, lease, _services.Time.GetElapsedTime(started), outcome);
        }
    }

    private async Task<string> HeldAsync(
        WorkAttempt attempt, Func<WorkAttempt, CancellationToken, Task<string>> body, CancellationTokenSource lost,
        CancellationToken ct)
    {
        string result;
        var heart = new HeartBeat(_services, attempt, _logger);
        await using (heart.ConfigureAwait(false))
        {
            heart.Start(lost);
            try
            {
                result = await body(attempt, lost.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (!lost.IsCancellationRequested && !MayPass(e, out _))
            {
                // On record before the lease is let go, so that nobody tries again what can't succeed.
                var error = _services.Errors.Describe(e);
                await _ender.FailAsync(attempt.Lease.Key.RunId, error.Reason, error.Message, ct).ConfigureAwait(false);
                throw;
            }
        }

        if (!await CompleteAsync(attempt.Lease, result, heart.Final, ct).ConfigureAwait(false))
        {
            Log.LeaseLost(_logger, attempt.Lease.Key.Name, attempt.Lease.Key.RunId, attempt.Lease.Attempt);
            return WorkTelemetry.Lost;
        }

        await _advancer.AdvanceAsync(attempt.Lease.Key, ct).ConfigureAwait(false);
        return WorkTelemetry.Done;
    }

    /// <summary>
    /// What may be better at another time or on another replica. A fault that nobody foresaw counts: it is told apart
    /// from a poisoned piece of work by trying again.
    /// </summary>
    private bool MayPass(Exception e, out ErrorDescription error)
    {
        error = _services.Errors.Describe(e);
        return error.Kind is ErrorKind.Unavailable or ErrorKind.DeadlineExceeded or ErrorKind.Cancelled
            or ErrorKind.Internal || error is { Kind: ErrorKind.ResourceExhausted, RetryAfter: not null };
    }

    // What is done is not thrown away because the ledger is away: until somebody else claims the work it can be told.
    private async Task<bool> CompleteAsync(
        WorkLease lease, string result, WorkProgress progress, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await _services.Work.CompleteAsync(lease, result, progress, ct).ConfigureAwait(false);
            }
            catch (RunLedgerException e) when (e.Reason == RunLedgerException.Unavailable)
            {
                Log.WorkNotCompleted(_logger, lease.Key.Name, lease.Key.RunId, e.Message);
                await Task.Delay(Options.RetryDelay, _services.Time, ct).ConfigureAwait(false);
            }
        }
    }

    private async Task<(string Outcome, TimeSpan? Pause)> RetryOrParkAsync(
        WorkAttempt attempt, ErrorDescription error, CancellationToken ct)
    {
        var (lease, why) = (attempt.Lease, SetbackOf(error, attempt.Rows));
        var (failures, waits) = (lease.Failures + why.Failures(), lease.Waits + why.Waits());
        if (failures >= Options.MaxFailures || waits >= Options.MaxWaits)
        {
            await ParkAsync(lease, error.Message, ct).ConfigureAwait(false);
            return (WorkTelemetry.ParkedOutcome, null);
        }

        WorkTelemetry.Retries.Add(1, WorkTelemetry.Kind(lease.Key.Kind));
        var pause = PauseAfter(lease);
        await GiveBackAsync(lease, why, error.Message, pause).ConfigureAwait(false);

        // What this program cannot read it leaves to others.
        return (WorkTelemetry.Retried, why == WorkSetback.Interrupted ? null : pause + _slack);
    }

    private static WorkSetback SetbackOf(ErrorDescription error, long rows) => error switch
    {
        { Reason: RunLedgerException.Unreadable } => WorkSetback.Interrupted,
        { Kind: ErrorKind.Internal } => WorkSetback.Failed,
        { Kind: ErrorKind.ResourceExhausted } => WorkSetback.Unavailable,
        _ => rows > 0 ? WorkSetback.Broken : WorkSetback.Unavailable,
    };

    // Up to a quarter shorter, by the golden ratio: pieces that were refused together do not come back together.
    private TimeSpan PauseAfter(WorkLease lease)
    {
        var pause = Math.Min(Options.LongestPause.Ticks, Options.RetryDelay.Ticks * Math.Pow(2, lease.Attempt - 1));
        var spread = (lease.Key.Index + lease.Key.Component) * GoldenRatio % 1;
        return TimeSpan.FromTicks((long)(pause * (1 - (0.25 * spread))));
    }

    private async Task ParkAsync(WorkLease lease, string why, CancellationToken ct)
    {
        await _services.ParkAsync(lease.Key, lease.Attempt, why, _logger, ct).ConfigureAwait(false);
        await _advancer.AdvanceAsync(lease.Key, ct).ConfigureAwait(false);
    }

    // If this fails too, the lease runs out by itself.
    private async Task GiveBackAsync(WorkLease lease, WorkSetback why, string error, TimeSpan pause)
    {
        try
        {
            using var patience = new CancellationTokenSource(Options.Lease, _services.Time);
            await _services.Work.RetryLaterAsync(lease, why, error, pause, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or KoopmanMeshException or ObjectDisposedException)
        {
            Log.WorkNotGivenBack(_logger, lease.Key.Name, lease.Key.RunId, e.Message);
        }
    }

    private void CountTakeOver(WorkLease lease)
    {
        if (lease.TakenOver)
        {
            WorkTelemetry.TakeOvers.Add(1, WorkTelemetry.Kind(lease.Key.Kind));
            Log.WorkTakenOver(_logger, lease.Key.Name, lease.Key.RunId, lease.Attempt);
        }
    }
}
