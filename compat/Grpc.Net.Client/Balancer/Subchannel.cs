using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Grpc.Net.Client.Balancer;

/// <summary>Whether an address can be sent to.</summary>
internal enum SubchannelState
{
    /// <summary>Not connected, and not trying to.</summary>
    Idle,

    /// <summary>Trying to connect.</summary>
    Connecting,

    /// <summary>Connected.</summary>
    Ready,

    /// <summary>Failed to connect; tries again after a while and stays in this state until that succeeds.</summary>
    Failed,
}

/// <summary>
/// One address of a target. It connects before there are calls; the HTTP handler takes the connection over, and the
/// subchannel hears when the handler's last one has closed.
/// </summary>
internal sealed class Subchannel(DnsEndPoint endPoint, Backoff backoff, Action changed) : IDisposable
{
    /// <summary>gRPC gives an attempt to connect at least this long.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Uri, Uri> _uris = new();
    private volatile SubchannelState _state;
    private Socket? _unused;
    private int _open;
    private int _failures;

    public DnsEndPoint EndPoint { get; } = endPoint;

    public SubchannelState State => _state;

    /// <summary>Why the last attempt failed.</summary>
    public Exception? LastFailure { get; private set; }

    /// <summary>The address of a method here.</summary>
    public Uri UriOf(Uri method) => _uris.GetOrAdd(
        method,
        static (uri, here) => new UriBuilder(uri) { Host = here.Host, Port = here.Port }.Uri,
        EndPoint);

    /// <summary>Connects unless that is done or under way.</summary>
    public void Connect()
    {
        lock (_gate)
        {
            if (_state == SubchannelState.Idle)
            {
                _state = SubchannelState.Connecting;
                Start(delay: TimeSpan.Zero);
            }
        }
    }

    /// <summary>A call found that there is no connection to be had.</summary>
    public void Fail(Exception exception)
    {
        lock (_gate)
        {
            if (_state is not (SubchannelState.Ready or SubchannelState.Idle))
            {
                return;
            }

            LastFailure = exception;
            _state = SubchannelState.Failed;
            Start(backoff.After(_failures++));
        }

        changed();
    }

    /// <summary>A call was answered, so that the next failure is the first one again.</summary>
    public void Succeed() => _failures = 0;

    /// <summary>A connection for the HTTP handler.</summary>
    public async ValueTask<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        var socket = TakeUnused() ?? await ConnectSocketAsync(EndPoint, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _open++;
        }

        return new WatchedStream(socket, OnClosed);
    }

    public void Dispose()
    {
        _stop.Cancel();
        lock (_gate)
        {
            _unused?.Dispose();
            _unused = null;
        }
    }

    /// <summary>A connection that nobody watches, for addresses that are no longer the target's.</summary>
    public static async ValueTask<Stream> OpenUnwatchedAsync(
        DnsEndPoint endPoint, CancellationToken cancellationToken) => new NetworkStream(
            await ConnectSocketAsync(endPoint, cancellationToken).ConfigureAwait(false), ownsSocket: true);

    private static async Task<Socket> ConnectSocketAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(ConnectTimeout);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, timeout.Token).ConfigureAwait(false);
            return socket;
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new SocketException((int)SocketError.TimedOut);
            }

            throw;
        }
    }

    private void Start(TimeSpan delay)
    {
        // What the calling thread carries - a trace, a deadline - is not the connection's.
        using var flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        _ = Task.Run(() => ConnectAsync(delay, _stop.Token), CancellationToken.None);
    }

    private async Task ConnectAsync(TimeSpan delay, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(delay, stop).ConfigureAwait(false);
                Keep(await ConnectSocketAsync(EndPoint, stop).ConfigureAwait(false));
                return;
            }
            catch (Exception exception)
            {
                // Whatever it was, nobody else would hear of it, and calls wait for this address.
                lock (_gate)
                {
                    LastFailure = exception;
                    _state = SubchannelState.Failed;
                    delay = backoff.After(_failures++);
                }
            }

            changed();
        }
    }

    private void Keep(Socket socket)
    {
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
            {
                socket.Dispose();
                return;
            }

            _unused?.Dispose();
            _unused = socket;
            _state = SubchannelState.Ready;
        }

        changed();
    }

    /// <summary>The connection made beforehand, unless the server has closed it meanwhile.</summary>
    private Socket? TakeUnused()
    {
        Socket? socket;
        lock (_gate)
        {
            (socket, _unused) = (_unused, null);
        }

        if (socket is not null && socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0)
        {
            socket.Dispose();
            return null;
        }

        return socket;
    }

    private void OnClosed()
    {
        lock (_gate)
        {
            if (--_open > 0 || _unused is not null || _state != SubchannelState.Ready)
            {
                return;
            }

            _state = SubchannelState.Idle;
        }

        changed();
    }

    /// <summary>Tells when it is closed.</summary>
    private sealed class WatchedStream(Socket socket, Action closed) : NetworkStream(socket, ownsSocket: true)
    {
        private int _closed;

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing && Interlocked.Exchange(ref _closed, 1) == 0)
            {
                closed();
            }
        }
    }
}
