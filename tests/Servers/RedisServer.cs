using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace KoopmanMesh.Servers;

/// <summary>
/// A Redis server on a free port of 127.0.0.1. It appends every change to a file, so its data survives stops and kills;
/// it goes with the server.
/// </summary>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly byte[] _ping = "PING\r\n"u8.ToArray();

    private readonly ServerProcess _process = new("redis");

    private RedisServer()
    {
    }

    /// <summary>Its port, the same over all restarts.</summary>
    public int Port { get; private set; }

    /// <summary>Host and port, joined by a colon.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>Whether it runs.</summary>
    public bool IsRunning => _process.IsRunning;

    /// <summary>Its process id.</summary>
    public int ProcessId => _process.ProcessId;

    /// <summary>Starts a server without data.</summary>
    /// <exception cref="ServerException">It is not installed, or does not start.</exception>
    public static async Task<RedisServer> StartAsync(CancellationToken ct)
    {
        const int attempts = 5;
        var server = new RedisServer();
        for (var attempt = 1; ; attempt++)
        {
            server.Port = Programs.FreePort();
            try
            {
                await server.LaunchAsync(ct);
                return server;
            }
            catch (ServerException) when (attempt < attempts && server._process.HasStarted)
            {
                // Somebody else took the port in between.
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Cuts all connections, writes everything and ends.</summary>
    public Task StopAsync(CancellationToken ct) => _process.StopAsync("-TERM", ct);

    /// <summary>SIGKILL.</summary>
    public Task KillAsync(CancellationToken ct) => _process.KillAsync(ct);

    /// <summary>Starts it again on the same port with the same data, stopping it first if it runs.</summary>
    public async Task RestartAsync(CancellationToken ct)
    {
        await StopAsync(ct);
        await LaunchAsync(ct);
    }

    /// <summary>Kills it and removes its data.</summary>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private Task LaunchAsync(CancellationToken ct) => _process.StartAsync(
        [
            Programs.Find("redis-server", "redis-server"),
            "--dir", _process.Folder,
            "--bind", "127.0.0.1",
            "--port", Port.ToString(CultureInfo.InvariantCulture),
            "--appendonly", "yes",
            "--save", "",
            "--daemonize", "no",
            "--set-proc-title", "no",
        ],
        IsReadyAsync,
        ct);

    // While it loads its file it answers, but with an error.
    private async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", Port, ct);
            var stream = client.GetStream();
            await stream.WriteAsync(_ping, ct);
            var answer = new byte[64];
            var read = await stream.ReadAsync(answer, ct);
            return Encoding.ASCII.GetString(answer, 0, read).StartsWith("+PONG", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }
}
