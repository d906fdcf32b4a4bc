using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;

namespace KoopmanMesh.Wire;

/// <summary>
/// A connection that speaks HTTP/2 without TLS frame by frame, so that it can say what no client would. It answers
/// SETTINGS and PING and keeps the windows open by itself, unless told otherwise.
/// </summary>
public sealed class RawConnection : IAsyncDisposable
{
    /// <summary>The largest payload that any peer takes.</summary>
    public const int DefaultFrameSize = 16 * 1024;

    private const int DefaultWindow = 65_535;

    private readonly TcpClient _client;
    private readonly NetworkStream _network;
    private readonly RawConnectionOptions _options;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ConcurrentDictionary<int, RawStream> _streams = new();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Frame? _openHeaders;
    private Task _reading = Task.CompletedTask;
    private int _nextStreamId = 1;
    private long _streamWindow = DefaultWindow;
    private volatile bool _hungUp;
    private int _pongs;
    private int _acknowledged;

    private RawConnection(TcpClient client, RawConnectionOptions options)
    {
        _client = client;
        _network = client.GetStream();
        _options = options;
    }

    /// <summary>The server's last GOAWAY; null before there is one.</summary>
    public GoAway? GoAway { get; private set; }

    /// <summary>The server's settings, by number, as far as they have come.</summary>
    public ConcurrentDictionary<Setting, uint> Settings { get; } = new();

    /// <summary>Answers to this side's pings and settings so far.</summary>
    public int Pongs => Volatile.Read(ref _pongs);

    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Ends when the server has closed the connection, and before the streams that end with it.</summary>
    public Task Ended => _ended.Task;

    internal SendWindow Window { get; } = new(DefaultWindow);

    /// <summary>Connects, and sends preface and settings; the server's settings are known when this returns.</summary>
    public static async Task<RawConnection> ConnectAsync(
        Uri server, RawConnectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        options ??= new RawConnectionOptions();
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(server.Host, server.Port, cancellationToken);
        var connection = new RawConnection(client, options);
        connection._reading = Task.Run(connection.ReadFramesAsync, CancellationToken.None);
        if (options.SendsPreface)
        {
            await connection.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), cancellationToken);
            await connection.SendAsync(
                Frame.Settings((Setting.HeaderTableSize, 0u), (Setting.InitialWindowSize, (uint)options.StreamWindow)),
                cancellationToken);
            await Task.WhenAny(connection._settled.Task, connection._reading).WaitAsync(cancellationToken);
        }

        return connection;
    }

    /// <summary>A stream of the next number; nothing is sent yet.</summary>
    public RawStream NewStream()
    {
        var id = Interlocked.Add(ref _nextStreamId, 2) - 2;
        var stream = new RawStream(this, id, Volatile.Read(ref _streamWindow));
        _streams[id] = stream;
        if (_hungUp)
        {
            stream.Complete();
        }

        return stream;
    }

    /// <summary>Begins a call and sends its request as a whole.</summary>
    public async Task<RawStream> CallAsync(
        HeaderList headers, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        var stream = NewStream();
        await stream.SendHeadersAsync(headers, endStream: false, cancellationToken);
        await stream.SendDataAsync(body, endStream: true, cancellationToken);
        return stream;
    }

    public Task SendAsync(Frame frame, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return SendAsync(frame.ToBytes(), cancellationToken);
    }

    /// <summary>Sends bytes as they are; throws IOException once the server has hung up.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await _network.WriteAsync(bytes, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Ends this side's half of the TCP connection; the other half may go on.</summary>
    public void CloseHalf() => _client.Client.Shutdown(SocketShutdown.Send);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _reading;
        _writing.Dispose();
    }

    private async Task ReadFramesAsync()
    {
        try
        {
            while (await ReadFrameAsync() is { } frame)
            {
                await TakeAsync(frame);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            // The server hung up, or this side did: both are an end.
        }
        finally
        {
            _hungUp = true;
            _ended.TrySetResult();
            Window.Close();
            foreach (var stream in _streams.Values)
            {
                stream.Complete();
            }
        }
    }

    private async Task<Frame?> ReadFrameAsync()
    {
        var head = new byte[Frame.HeadLength];
        if (await _network.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false) < head.Length)
        {
            return null;
        }

        var (type, flags, streamId, length) = Frame.ReadHead(head);
        var payload = new byte[length];
        await _network.ReadExactlyAsync(payload);
        return new Frame(type, flags, streamId, payload);
    }

    private async Task TakeAsync(Frame frame)
    {
        switch (frame.Type)
        {
            case FrameType.Settings:
                await TakeSettingsAsync(frame);
                break;
            case FrameType.Ping when frame.Flags.HasFlag(FrameFlags.Acknowledge):
                Interlocked.Increment(ref _pongs);
                break;
            case FrameType.Ping when _options.Answers:
                await AnswerAsync(frame with { Flags = FrameFlags.Acknowledge });
                break;
            case FrameType.GoAway:
                GoAway = new GoAway(
                    BinaryPrimitives.ReadInt32BigEndian(frame.Payload.Span),
                    (ErrorCode)BinaryPrimitives.ReadInt32BigEndian(frame.Payload.Span[4..]));
                break;
            case FrameType.WindowUpdate:
                var window = frame.StreamId == 0 ? Window : _streams.GetValueOrDefault(frame.StreamId)?.Window;
                window?.Grow(BinaryPrimitives.ReadInt32BigEndian(frame.Payload.Span));
                break;
            case FrameType.Headers when !frame.Flags.HasFlag(FrameFlags.EndHeaders):
                _openHeaders = frame;
                break;
            case FrameType.Continuation:
                Continue(frame);
                break;
            default:
                Deliver(frame);
                await OpenWindowsAsync(frame);
                break;
        }
    }

    private async Task TakeSettingsAsync(Frame frame)
    {
        if (frame.Flags.HasFlag(FrameFlags.Acknowledge))
        {
            Interlocked.Increment(ref _acknowledged);
            return;
        }

        for (var rest = frame.Payload; rest.Length >= 6; rest = rest[6..])
        {
            Settings[(Setting)BinaryPrimitives.ReadUInt16BigEndian(rest.Span)] =
                BinaryPrimitives.ReadUInt32BigEndian(rest.Span[2..]);
        }

        if (Settings.TryGetValue(Setting.InitialWindowSize, out var window))
        {
            Volatile.Write(ref _streamWindow, window);
        }

        if (_options.Answers)
        {
            await AnswerAsync(Frame.Settings() with { Flags = FrameFlags.Acknowledge });
        }

        _settled.TrySetResult();
    }

    /// <summary>Joins a header block that came in several frames into one.</summary>
    private void Continue(Frame frame)
    {
        _openHeaders = _openHeaders! with
        {
            Flags = _openHeaders.Flags | frame.Flags,
            Payload = (byte[])[.. _openHeaders.Payload.Span, .. frame.Payload.Span],
        };
        if (frame.Flags.HasFlag(FrameFlags.EndHeaders))
        {
            Deliver(_openHeaders);
        }
    }

    private void Deliver(Frame frame)
    {
        _streams.GetValueOrDefault(frame.StreamId)?.Receive(frame);
        if (frame.Type == FrameType.ResetStream)
        {
            _streams.TryRemove(frame.StreamId, out _);
        }
    }

    private async Task OpenWindowsAsync(Frame frame)
    {
        if (_options.OpensWindows && frame is { Type: FrameType.Data, Payload.Length: > 0 })
        {
            await AnswerAsync(Frame.WindowUpdate(0, frame.Payload.Length));
            if (!frame.Flags.HasFlag(FrameFlags.EndStream))
            {
                await AnswerAsync(Frame.WindowUpdate(frame.StreamId, frame.Payload.Length));
            }
        }
    }

    private async Task AnswerAsync(Frame frame)
    {
        try
        {
            await SendAsync(frame);
        }
        catch (IOException)
        {
            // The server has hung up; what it said before is still to be read.
        }
    }
}
