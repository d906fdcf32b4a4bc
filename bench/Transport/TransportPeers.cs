using System.Diagnostics;
using System.Globalization;

namespace KoopmanMesh.Bench.Transport;

/// <summary>A server and a client in processes of their own; the client does what it is told line by line.</summary>
internal sealed class TransportPeers : IDisposable
{
    private readonly Process _server;
    private readonly Process _client;

    private TransportPeers(Process server, Process client)
    {
        (_server, _client) = (server, client);
        Versions = LineOf(client);
    }

    /// <summary>What the client says of itself.</summary>
    public string Versions { get; }

    /// <summary>Ours at both ends.</summary>
    public static TransportPeers Ours(string program)
    {
        var server = Start(program, "transport-server");
        return new TransportPeers(server, Start(program, "transport-client", LineOf(server)));
    }

    /// <summary>grpcio at both ends.</summary>
    public static TransportPeers Grpcio(string script)
    {
        var server = Start("/usr/bin/python3", script, "server");
        return new TransportPeers(server, Start("/usr/bin/python3", script, "client", $"127.0.0.1:{LineOf(server)}"));
    }

    /// <summary>The numbers that the client answers.</summary>
    public double[] Ask(string command)
    {
        _client.StandardInput.WriteLine(command);
        return [.. LineOf(_client).Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
    }

    public void Dispose()
    {
        foreach (var process in new[] { _client, _server })
        {
            process.StandardInput.Close();
            process.WaitForExit();
            process.Dispose();
        }
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;

    private static string LineOf(Process process) => process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException($"{process.StartInfo.FileName} ended early, see its standard error");
}
