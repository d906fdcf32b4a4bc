using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>
/// Keeps a lease while its work is done and tells how far it is. While the ledger is out of reach the work goes on: its
/// result is refused if another has claimed it by then.
/// </summary>
internal sealed class HeartBeat(WorkServices services, WorkAttempt attempt, ILogger logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _done = new();
    private readonly TimeProvider _time = services.Time;
    private readonly long _started = services.Time.GetTimestamp();
    private Task _beats = Task.CompletedTask;

    /// <summary>What the attempt came to: its rate is that of the whole attempt.</summary>
    internal WorkProgress Final
    {
        get
        {
            var seconds = _time.GetElapsedTime(_started).TotalSeconds;
            return new WorkProgress(attempt.Rows, seconds > 0 ? attempt.Rows / seconds : 0);
        }
    }

    /// <summary>Beats until disposed; cancels <paramref name="lost"/> when the lease is another's.</summary>
    internal void Start(CancellationTokenSource lost) => _beats = BeatAsync(lost);

    public async ValueTask DisposeAsync()
    {
        await _done.CancelAsync().ConfigureAwait(false);
        await _beats.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _done.Dispose();
    }

    private async Task BeatAsync(CancellationTokenSource lost)
    {
        var options = services.Options;
        using var timer = new PeriodicTimer(options.BeatInterval, _time);
        var (rows, at) = (0L, _started);
        while (await timer.WaitForNextTickAsync(_done.Token).ConfigureAwait(false))
        {
            var now = attempt.Rows;
            var progress = new WorkProgress(now, (now - rows) / _time.GetElapsedTime(at).TotalSeconds);
            (rows, at) = (now, _time.GetTimestamp());
            try
            {
                if (!await services.Work.RenewAsync(attempt.Lease, options.Lease, progress, _done.Token).ConfigureAwait(false))
                {
                    await lost.CancelAsync().ConfigureAwait(false);
                    return;
                }
            }
            catch (KoopmanMeshException e)
            {
                Log.HeartBeatMissed(logger, attempt.Lease.Key.Name, attempt.Lease.Key.RunId, e.Message);
            }
        }
    }
}
