using System.Buffers.Binary;
using System.Threading.Channels;

namespace KoopmanMesh.Wire;

/// <summary>One stream of a <see cref="RawConnection" />.</summary>
public sealed class RawStream
{
    private readonly RawConnection _connection;
    private readonly Channel<Frame> _received = Channel.CreateUnbounded<Frame>();

    internal RawStream(RawConnection connection, int id, long window)
    {
        _connection = connection;
        Id = id;
        Window = new SendWindow(window);
    }

    public int Id { get; }

    internal SendWindow Window { get; }

    public Task SendHeadersAsync(
        HeaderList headers, bool endStream = false, CancellationToken cancellationToken = default)
    {
        var flags = FrameFlags.EndHeaders | (endStream ? FrameFlags.EndStream : FrameFlags.None);
        return _connection.SendAsync(Frame.Headers(Id, headers, flags), cancellationToken);
    }

    /// <summary>Sends a body as the windows allow, in frames of the default size at most.</summary>
    public async Task SendDataAsync(
        ReadOnlyMemory<byte> data, bool endStream = false, CancellationToken cancellationToken = default)
    {
        do
        {
            var length = await TakeWindowAsync(data.Length, cancellationToken);
            await _connection.SendAsync(
                Frame.Data(Id, data[..length], endStream && length == data.Length), cancellationToken);
            data = data[length..];
        }
        while (!data.IsEmpty);
    }

    public Task ResetAsync(ErrorCode error = ErrorCode.Cancel, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(Frame.Reset(Id, error), cancellationToken);

    /// <summary>The next frame for this stream; null once the connection has ended.</summary>
    public async Task<Frame?> ReadFrameAsync(CancellationToken cancellationToken = default) =>
        await _received.Reader.WaitToReadAsync(cancellationToken) && _received.Reader.TryRead(out var frame)
            ? frame
            : null;

    /// <summary>All that the server sends on this stream until it ends it, resets it or the connection ends.</summary>
    public async Task<RawResponse> ReadResponseAsync(CancellationToken cancellationToken = default)
    {
        var response = new RawResponse();
        using var body = new MemoryStream();
        while (!response.Ended && await ReadFrameAsync(cancellationToken) is { } frame)
        {
            switch (frame.Type)
            {
                case FrameType.Headers when response.Headers is null:
                    response.Headers = Hpack.Decode(frame.Payload.Span);
                    break;
                case FrameType.Headers:
                    response.Trailers = Hpack.Decode(frame.Payload.Span);
                    break;
                case FrameType.Data:
                    body.Write(frame.Payload.Span);
                    break;
                case FrameType.ResetStream:
                    response.Reset = (ErrorCode)BinaryPrimitives.ReadInt32BigEndian(frame.Payload.Span);
                    response.Body = body.ToArray();
                    return response;
            }

            response.Ended = frame.Type is FrameType.Data or FrameType.Headers
                && frame.Flags.HasFlag(FrameFlags.EndStream);
        }

        response.Body = body.ToArray();
        return response;
    }

    internal void Receive(Frame frame)
    {
        _received.Writer.TryWrite(frame);
        if (frame.Type == FrameType.ResetStream)
        {
            Window.Close();
        }
    }

    /// <summary>Says that nothing more will come, nor go.</summary>
    internal void Complete()
    {
        _received.Writer.TryComplete();
        Window.Close();
    }

    /// <summary>How much of so many bytes both windows let pass in one frame.</summary>
    private async ValueTask<int> TakeWindowAsync(int wanted, CancellationToken cancellationToken)
    {
        if (wanted == 0)
        {
            return 0;
        }

        var granted = await Window.TakeAsync(Math.Min(wanted, RawConnection.DefaultFrameSize), cancellationToken);
        var taken = await _connection.Window.TakeAsync(granted, cancellationToken);
        Window.Grow(granted - taken);
        return taken;
    }
}
