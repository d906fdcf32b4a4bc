using System.Net;
using System.Runtime.CompilerServices;
using Grpc.Core.Protocol;

namespace Grpc.Net.Client;

/// <summary>
/// A request body that a stream writer fills. Until the call is committed, messages are kept and each sending begins
/// with the first of them; from then on the writer writes to the HTTP stream itself.
/// </summary>
internal sealed class StreamingContent : HttpContent
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _aborted = new();
    private readonly WriteInFlight _write = new();
    private readonly RetryBudget? _budget;
    private TaskCompletionSource<Stream> _handedOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<byte[]> _kept = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _keptBytes;
    private int _sending;
    private int _sent;
    private bool _committed;
    private bool _begun;

    /// <summary>A body to be sent once or, if there is a budget for what is kept, again.</summary>
    public StreamingContent(RetryBudget? budget)
    {
        _budget = budget;
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
    public ValueTask WriteAsync(ReadOnlyMemory<byte> message, bool flush, CancellationToken cancellationToken)
    {
        if (!_begun)
        {
            lock (_gate)
            {
                _begun = true;
            }
        }

        if (!_handedOver.Task.IsCompletedSuccessfully && TryKeep(message.Span, out var number))
        {
            return new ValueTask(WaitUntilSentAsync(number, cancellationToken));
        }

        return WriteToStreamAsync(message, flush);
    }

    /// <summary>Settles on the sending under way: it won't be repeated, and what was kept for that is let go.</summary>
    public void Commit()
    {
        lock (_gate)
        {
            _committed = true;
            if (_sent == _kept.Count)
            {
                LetGo();
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
            _committed = true;
            _handedOver.TrySetCanceled();
            _completed.TrySetCanceled();
            LetGo();
            Announce();
        }

        _aborted.Cancel();
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        int sending;
        lock (_gate)
        {
            (sending, _sent) = (++_sending, 0);
        }

        // Sends the headers, so that the server sees the call before its first message.
        await stream.FlushAsync().ConfigureAwait(false);
        await SendKeptAsync(sending, stream).ConfigureAwait(false);
        try
        {
            await _completed.Task.ConfigureAwait(false);
        }
        finally
        {
            await _write.CloseAsync().ConfigureAwait(false);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteToStreamAsync(ReadOnlyMemory<byte> message, bool flush)
    {
        var stream = await _handedOver.Task.ConfigureAwait(false);
        _write.Begin();
        try
        {
            await stream.WriteAsync(message, _aborted.Token).ConfigureAwait(false);
            if (flush)
            {
                await stream.FlushAsync(_aborted.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            _write.End();
        }
    }

    /// <summary>Sends what is kept, from the first message on, until the body ends or the writer takes over.</summary>
    private async Task SendKeptAsync(int sending, Stream stream)
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
                HandOver(stream);
                return;
            }

            await stream.WriteAsync(message, _aborted.Token).ConfigureAwait(false);
            await stream.FlushAsync(_aborted.Token).ConfigureAwait(false);
        }
    }

    /// <summary>The message behind those that a sending has sent, or null if there will be none to keep.</summary>
    private bool TryTake(int sending, int sent, out byte[]? message, out Task changed)
    {
        lock (_gate)
        {
            if (!_begun && _handedOver.Task.IsCompletedSuccessfully)
            {
                // The server refused the stream before there was anything on it, so nothing is lost.
                _handedOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            if (sending != _sending || _handedOver.Task.IsCompleted)
            {
                // What was written to one connection directly can't be written again.
                throw new IOException("The connection was lost after the request stream had begun.");
            }

            _sent = sent;
            Announce();
            changed = _changed.Task;
            message = sent < _kept.Count ? _kept[sent] : null;
            return message is not null || _committed || _completed.Task.IsCompleted;
        }
    }

    private void HandOver(Stream stream)
    {
        lock (_gate)
        {
            if (_committed)
            {
                LetGo();
                _handedOver.TrySetResult(stream);
            }
        }
    }

    /// <summary>Keeps a message, unless the call is committed or has no room left, which commits it.</summary>
    private bool TryKeep(ReadOnlySpan<byte> message, out int number)
    {
        lock (_gate)
        {
            _committed = _committed || !_budget!.TryHold(_keptBytes, message.Length);
            if (!_committed)
            {
                _keptBytes += message.Length;
                _kept.Add(message.ToArray());
            }

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

    private void LetGo()
    {
        _budget?.Release(_keptBytes);
        _keptBytes = 0;
        _kept = [];
    }

    private void Announce()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
