using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace KoopmanMesh.Cli.Up;

/// <summary>A Redis of the mesh's own, which appends every change to a file.</summary>
internal static class RedisChild
{
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(10);
    private static readonly byte[] _ping = "PING\r\n"u8.ToArray();

    public static ChildSpec Create(string program, string folder, int port, Account? account) => new()
    {
        Role = "redis",
        Index = 0,
        Program = program,
        Arguments =
        [
            "--dir", folder,
            "--bind", "127.0.0.1",
            "--port", port.ToString(CultureInfo.InvariantCulture),
            "--appendonly", "yes",
            "--save", "",
            "--daemonize", "no",
            "--set-proc-title", "no",
        ],
        Folder = folder,
        Account = account,
        InternalPort = port,
        DeathSignal = "TERM",
        Grace = _grace,
        Probe = ct => ProbeAsync("127.0.0.1", port, ct),
    };

    /// <summary>Null where a Redis answers; else what is wrong. One that wants a password is there.</summary>
    public static async Task<string?> ProbeAsync(string host, int port, CancellationToken ct)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, port, ct);
            var stream = client.GetStream();
            await stream.WriteAsync(_ping, ct);
            var answer = new byte[64];
            var read = await stream.ReadAsync(answer, ct);
            var text = Encoding.ASCII.GetString(answer, 0, read);
            return text.StartsWith("+PONG", StringComparison.Ordinal) ? null : $"it answers '{text.Trim()}'";
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return e.Message;
        }
    }
}
