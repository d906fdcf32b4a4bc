using System.Net;
using System.Net.Sockets;
using System.Text;
using KoopmanMesh.Wire;

namespace KoopmanMesh.Interop.Tests.Taps;

/// <summary>
/// Stands between a client and a server, passes HTTP/2 frames on unchanged, and reads the flags of the messages in
/// them: the one witness of compression that neither library can mislead.
/// </summary>
internal sealed class Tap : IAsyncDisposable
{
    private static readonly int _prefaceLength = Encoding.ASCII.GetByteCount("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TapLog _log = new();
    private readonly int _serverPort;
    private readonly Task _accepting;

    private Tap(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <inheritdoc cref="TapLog.Calls" />
    public IReadOnlyList<string> Calls => _log.Calls;

    public static Tap Start(int serverPort) => new(serverPort);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                connections.Add(CarryAsync(connections.Count, client));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task CarryAsync(int connection, TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        using (client)
        {
            await server.ConnectAsync(IPAddress.Loopback, _serverPort);
            await Task.WhenAll(
                PassAsync(connection, client, server, fromClient: true),
                PassAsync(connection, server, client, fromClient: false));
        }
    }

    /// <summary>Passes frames on until one side ends; what cuts a connection off is no fault of the tap's.</summary>
    private async Task PassAsync(int connection, TcpClient from, TcpClient to, bool fromClient)
    {
        try
        {
            var source = from.GetStream();
            var target = to.GetStream();
            if (fromClient)
            {
                var preface = new byte[_prefaceLength];
                await source.ReadExactlyAsync(preface, _stop.Token);
                await target.WriteAsync(preface, _stop.Token);
            }

            var head = new byte[Frame.HeadLength];
            while (true)
            {
                await source.ReadExactlyAsync(head, _stop.Token);
                var (type, flags, stream, length) = Frame.ReadHead(head);
                var payload = new byte[length];
                await source.ReadExactlyAsync(payload, _stop.Token);
                // Before the frame is passed on, so that whoever has its answer finds it in the log.
                _log.Add(connection, fromClient, new Frame(type, flags, stream, payload));
                await target.WriteAsync(head, _stop.Token);
                await target.WriteAsync(payload, _stop.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException
            // What GetStream says of a connection that was reset before it was looked at.
            or InvalidOperationException)
        {
            Shutdown(to);
        }
    }

    private static void Shutdown(TcpClient connection)
    {
        try
        {
            connection.Client.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // It is down already.
        }
    }
}
