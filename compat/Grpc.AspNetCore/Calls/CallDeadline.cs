using Grpc.Core;
using Grpc.Core.Protocol;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server;

/// <summary>Joins the client's going away with the deadline it sent, in one token, and has the call ended when the
/// deadline passes.</summary>
internal sealed class CallDeadline : IAsyncDisposable
{
    /// <summary>Timers can't wait longer; a deadline further off than this never fires.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    private readonly Func<Task, Task> _end;
    private readonly TaskCompletionSource _returned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource? _source;
    private readonly ITimer? _timer;
    private Task _ending = Task.CompletedTask;
    private volatile bool _hasPassed;

    private CallDeadline(TimeSpan timeout, TimeProvider time, Func<Task, Task> end, CancellationToken aborted)
    {
        _end = end;
        var now = time.GetUtcNow().UtcDateTime;
        Deadline = timeout < DateTime.MaxValue - now ? now + timeout : DateTime.MaxValue;
        CancellationToken = aborted;
        if (timeout <= LongestTimer)
        {
            _source = CancellationTokenSource.CreateLinkedTokenSource(aborted);
            CancellationToken = _source.Token;
            _timer = time.CreateTimer(
                static deadline => ((CallDeadline)deadline!).Pass(), this, timeout, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>UTC; <see cref="DateTime.MaxValue" /> for none.</summary>
    public DateTime Deadline { get; }

    public CancellationToken CancellationToken { get; }

    public bool HasPassed => _hasPassed;

    /// <summary>The deadline that the request states, or null if it states none.</summary>
    /// <param name="context">The request.</param>
    /// <param name="time">The clock.</param>
    /// <param name="end">Ends the call; it begins at the deadline, just before the token fires, and is told when the
    /// service has returned.</param>
    public static CallDeadline? Start(HttpContext context, TimeProvider time, Func<Task, Task> end)
    {
        var header = context.Request.Headers[ProtocolHeaders.Timeout];
        if (header.Count == 0)
        {
            return null;
        }

        return TimeoutEncoding.TryDecode(header.ToString(), out var timeout)
            ? new CallDeadline(timeout, time, end, context.RequestAborted)
            : throw new RpcException(new Status(
                StatusCode.Internal,
                $"Header {ProtocolHeaders.Timeout} is \"{header}\"; it must be 1 to 8 digits and a unit of HMSmun."));
    }

    /// <summary>Says that the service has returned: stops the clock, and waits for an end that is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        _returned.SetResult();
        if (_timer is not null)
        {
            await _timer.DisposeAsync();
            await _ending;
        }

        _source?.Dispose();
    }

    private void Pass()
    {
        _hasPassed = true;
        _ending = EndAsync();
    }

    private async Task EndAsync()
    {
        var end = _end(_returned.Task);
        try
        {
            await _source!.CancelAsync();
        }
        finally
        {
            // Even where the service's own answer to the cancellation throws: behind the call its stream is another's.
            await end;
        }
    }
}
