using Grpc.Core;
using Grpc.Core.Protocol;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server;

/// <summary>Joins the client's going away with the deadline it sent, in one token.</summary>
internal sealed class CallDeadline : IDisposable
{
    /// <summary>Timers can't wait longer; a deadline further off than this never fires.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    private readonly CancellationTokenSource? _timer;
    private readonly CancellationTokenSource? _joined;

    private CallDeadline(TimeSpan? timeout, TimeProvider time, CancellationToken aborted)
    {
        CancellationToken = aborted;
        if (timeout is not { } limit)
        {
            return;
        }

        var now = time.GetUtcNow().UtcDateTime;
        Deadline = limit < DateTime.MaxValue - now ? now + limit : DateTime.MaxValue;
        if (limit <= LongestTimer)
        {
            _timer = new CancellationTokenSource(limit, time);
            _joined = CancellationTokenSource.CreateLinkedTokenSource(aborted, _timer.Token);
            CancellationToken = _joined.Token;
        }
    }

    /// <summary>UTC; <see cref="DateTime.MaxValue" /> for none.</summary>
    public DateTime Deadline { get; } = DateTime.MaxValue;

    public CancellationToken CancellationToken { get; }

    public bool HasPassed => _timer is { IsCancellationRequested: true };

    public static CallDeadline None(HttpContext context) => new(null, TimeProvider.System, context.RequestAborted);

    /// <summary>The deadline that the request states.</summary>
    public static CallDeadline Start(HttpContext context, TimeProvider time)
    {
        var header = context.Request.Headers[ProtocolHeaders.Timeout];
        if (header.Count == 0)
        {
            return None(context);
        }

        return TimeoutEncoding.TryDecode(header.ToString(), out var timeout)
            ? new CallDeadline(timeout, time, context.RequestAborted)
            : throw new RpcException(new Status(
                StatusCode.Internal,
                $"Header {ProtocolHeaders.Timeout} is \"{header}\"; it must be 1 to 8 digits and a unit of HMSmun."));
    }

    public void Dispose()
    {
        _joined?.Dispose();
        _timer?.Dispose();
    }
}
