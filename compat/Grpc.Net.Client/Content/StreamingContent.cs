using System.Net;
using System.Runtime.CompilerServices;
using Grpc.Core.Protocol;

namespace Grpc.Net.Client;

/// <summary>
/// A request body that a stream writer fills. Until the call is committed, messages are kept and each sending begins
/// with the first of them; from then on the writer writes to the HTTP stream itself. A server that refuses a stream has
/// processed nothing of it, and the HTTP client sends it again by itself; that works for as long as this side still has
/// every message, the one that is being written included.
/// </summary>
internal sealed class StreamingContent : HttpContent
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _aborted = new();
    private readonly KeptMessages _kept;
    private TaskCompletionSource<SendingStream> _handedOver =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SendingStream? _writable;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sending;
    private int _sent;
    private bool _committed;
    // No sending will follow: the server has answered, or the call is over.
    private bool _settled;
    // A message was sent that isn't kept.
    private volatile bool _gone;

    /// <summary>A body to be sent once or, if there is a budget for what is kept, again.</summary>
    public StreamingContent(RetryBudget? budget)
    {
        _kept = new KeptMessages(budget);
        _committed = budget is null;
        Headers.TryAddWithoutValidation("content-type", ProtocolHeaders.ContentType);
    }

    /// <summary>Whether this sending is the last one.</summary>
    public bool IsCommitted
    {
        get
        {
            lock (_gate)
            {
                return _committed;
            }
        }
    }

    /// <summary>Sends bytes; ends when the flow-control window has taken them.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> message, bool flush, CancellationToken cancellationToken) =>
        !_gone && TryKeep(message.Span, out var number)
            ? new ValueTask(WaitUntilSentAsync(number, cancellationToken))
            : WriteToStreamAsync(message, flush);

    /// <summary>Settles on the sending under way: it won't be repeated, and what was kept for that is let go.</summary>
    public void Commit()
    {
        lock (_gate)
        {
            _committed = _settled = true;
            if (_sent == _kept.Count)
            {
                _kept.LetGo();
            }

            Announce();
        }
    }

    /// <summary>Ends the body, and so the request stream.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed.TrySetResult();
            Announce();
        }
    }

    /// <summary>Breaks the body off, which resets the HTTP stream unless it has ended.</summary>
    public void Abort()
    {
        lock (_gate)
        {
            // What is written from now on must not be kept, for nobody would let go of it.
            _committed = _settled = true;
            _handedOver.TrySetCanceled();
            _completed.TrySetCanceled();
            _kept.LetGo();
            Announce();
        }

        _aborted.Cancel();
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var sending = BeginSending();
        // Sends the headers, so that the server sees the call before its first message.
        await stream.FlushAsync().ConfigureAwait(false);
        var body = new SendingStream(stream);
        try
        {
            await SendKeptAsync(sending, body).ConfigureAwait(false);
            while (!HasEnded(sending, out var changed))
            {
                await changed.ConfigureAwait(false);
            }

            await _completed.Task.ConfigureAwait(false);
        }
        finally
        {
            await body.CloseAsync().ConfigureAwait(false);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private static IOException Lost() => new("The connection was lost after the request stream had begun.");

    private int BeginSending()
    {
        lock (_gate)
        {
            if (_gone || _settled)
            {
                // What was written to one connection directly can't be written again, and of a call that is over nobody
                // would end the wait for a next stream.
                throw Lost();
            }

            if (_writable is not null)
            {
                _writable = null;
                _handedOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            _sent = 0;
            // Ends the sending before this one, whose HTTP stream would count as open for as long as it waits.
            Announce();
            return ++_sending;
        }
    }

    /// <summary>Writes to the HTTP stream; the first message to each in turn, until one has taken it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteToStreamAsync(ReadOnlyMemory<byte> message, bool flush)
    {
        while (true)
        {
            var body = await Volatile.Read(ref _handedOver).Task.ConfigureAwait(false);
            try
            {
                await body.WriteAsync(message, flush, _aborted.Token).ConfigureAwait(false);
                if (_gone || HasTaken(body))
                {
                    return;
                }
            }
            catch (Exception) when (!_gone)
            {
                if (!await IsReplacedAsync(body).ConfigureAwait(false))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Whether a stream took a message for good: not if another sending has begun meanwhile.</summary>
    private bool HasTaken(SendingStream body)
    {
        lock (_gate)
        {
            return _gone = body == _writable;
        }
    }

    /// <summary>Waits until it is known whether another sending follows the one whose stream broke.</summary>
    private async Task<bool> IsReplacedAsync(SendingStream body)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (body != _writable || _settled)
                {
                    return body != _writable;
                }

                changed = _changed.Task;
            }

            await changed.ConfigureAwait(false);
        }
    }

    /// <summary>Sends what is kept, from the first message on, until the body ends or the writer takes over.</summary>
    private async Task SendKeptAsync(int sending, SendingStream body)
    {
        for (var sent = 0; ; sent++)
        {
            byte[]? message;
            while (!TryTake(sending, sent, out message, out var changed))
            {
                await changed.ConfigureAwait(false);
            }

            if (message is null)
            {
                HandOver(sending, sent, body);
                return;
            }

            await body.WriteAsync(message, flush: true, _aborted.Token).ConfigureAwait(false);
        }
    }

    /// <summary>The message behind those that a sending has sent, or null if there will be none to keep.</summary>
    private bool TryTake(int sending, int sent, out byte[]? message, out Task changed)
    {
        lock (_gate)
        {
            CheckIsLast(sending);
            _sent = sent;
            Announce();
            changed = _changed.Task;
            message = sent < _kept.Count ? _kept[sent] : null;
            return message is not null || _committed || _completed.Task.IsCompleted;
        }
    }

    private void HandOver(int sending, int sent, SendingStream body)
    {
        lock (_gate)
        {
            CheckIsLast(sending);
            if (_committed)
            {
                _gone = sent > 0;
                _kept.LetGo();
                _writable = body;
                _handedOver.TrySetResult(body);
            }
        }
    }

    private bool HasEnded(int sending, out Task changed)
    {
        lock (_gate)
        {
            CheckIsLast(sending);
            changed = _changed.Task;
            return _completed.Task.IsCompleted;
        }
    }

    private void CheckIsLast(int sending)
    {
        if (sending != _sending)
        {
            throw Lost();
        }
    }

    /// <summary>Keeps a message, unless the call is committed or has no room left, which commits it.</summary>
    private bool TryKeep(ReadOnlySpan<byte> message, out int number)
    {
        lock (_gate)
        {
            _committed = _committed || !_kept.TryAdd(message);
            number = _kept.Count;
            Announce();
            return !_committed;
        }
    }

    private async Task WaitUntilSentAsync(int number, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_handedOver.Task.IsCanceled)
                {
                    throw new OperationCanceledException("The call has ended.");
                }

                if (_sent >= number || _handedOver.Task.IsCompleted)
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void Announce()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
