using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

/// <summary>
/// Stands between a client and PostgreSQL, and loses an answer on demand: the server has done what it was asked, and
/// the connection ends before the client hears of it.
/// </summary>
internal sealed class LosingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly int _server;
    private readonly Task _accepting;
    private byte[]? _marker;

    public LosingProxy(int server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether an answer was lost since it was asked for.</summary>
    public bool HasLost => Volatile.Read(ref _marker) is null;

    /// <summary>Loses the next answer of a statement of this command tag, e.g. <c>COMMIT</c>.</summary>
    public void LoseNext(string tag) => Volatile.Write(ref _marker, [.. Encoding.ASCII.GetBytes(tag), 0]);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            await server.ConnectAsync(IPAddress.Loopback, _server, _stop.Token);
            await Task.WhenAny(
                PumpAsync(client, server, static _ => false), PumpAsync(server, client, IsToBeLost));
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, Func<ReadOnlySpan<byte>, bool> isToBeLost)
    {
        var buffer = new byte[64 * 1024];
        while (await from.GetStream().ReadAsync(buffer, _stop.Token) is var read and > 0
            && !isToBeLost(buffer.AsSpan(0, read)))
        {
            await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }

    private bool IsToBeLost(ReadOnlySpan<byte> answer) =>
        Volatile.Read(ref _marker) is { } marker && answer.IndexOf(marker) >= 0
        && Interlocked.CompareExchange(ref _marker, null, marker) == marker;
}
