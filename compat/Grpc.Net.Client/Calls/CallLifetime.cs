using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>What ends a call from this side: its deadline, its token, its channel's closing.</summary>
internal sealed class CallLifetime : IDisposable
{
    /// <summary>Timers can't wait longer; a deadline further off than this never fires here, but is sent.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    private readonly Action<Status> _cancel;
    private readonly DateTime? _deadline;
    private ITimer? _timer;
    private CancellationTokenRegistration _caller;
    private CancellationTokenRegistration _channel;

    private CallLifetime(DateTime? deadline, Action<Status> cancel)
    {
        _deadline = deadline;
        _cancel = cancel;
    }

    public static Status CancelledByCaller => new(StatusCode.Cancelled, "Call canceled by the client.");

    /// <summary>Time left until the deadline; null for no end.</summary>
    public TimeSpan? TimeLeft => _deadline - TimeProvider.System.GetUtcNow().UtcDateTime;

    /// <summary>Watches over a call; cancels it at once if its time is up already.</summary>
    public static CallLifetime Start(CallOptions options, Action<Status> cancel, CancellationToken channelClosing)
    {
        var lifetime = new CallLifetime(Checked(options.Deadline), cancel);
        lifetime.Watch(options.CancellationToken, channelClosing);
        return lifetime;
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _caller.Dispose();
        _channel.Dispose();
    }

    private static DateTime? Checked(DateTime? deadline)
    {
        if (deadline is not { } end || end == DateTime.MaxValue || end == DateTime.MinValue)
        {
            return null;
        }

        return end.Kind == DateTimeKind.Utc
            ? end
            : throw new InvalidOperationException(
                $"Deadline {end:O} has kind {end.Kind}; it must be UTC, DateTime.MaxValue or DateTime.MinValue.");
    }

    private void Watch(CancellationToken caller, CancellationToken channelClosing)
    {
        _channel = channelClosing.UnsafeRegister(
            static self => ((CallLifetime)self!)._cancel(new Status(StatusCode.Cancelled, "The channel was disposed.")),
            this);
        _caller = caller.UnsafeRegister(static self => ((CallLifetime)self!)._cancel(CancelledByCaller), this);
        var timeLeft = TimeLeft;
        if (timeLeft <= TimeSpan.Zero)
        {
            Expire();
        }
        else if (timeLeft <= LongestTimer)
        {
            _timer = TimeProvider.System.CreateTimer(
                static self => ((CallLifetime)self!).Expire(),
                this,
                timeLeft.Value,
                Timeout.InfiniteTimeSpan);
        }
    }

    private void Expire() => _cancel(new Status(StatusCode.DeadlineExceeded, "The deadline passed."));
}
