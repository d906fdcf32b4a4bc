using System.Diagnostics;
using System.Globalization;

namespace KoopmanMesh.Bench.Transport;

/// <summary>What can be at either end of a measured call.</summary>
/// <param name="Program">What is started.</param>
/// <param name="Server">Its arguments as a server.</param>
/// <param name="Client">As a client; the address comes after them.</param>
/// <param name="Scheme">What the address starts with.</param>
internal sealed record TransportPeer(string Program, string[] Server, string[] Client, string Scheme)
{
    public static TransportPeer Ours(string program) =>
        new(program, ["transport-server"], ["transport-client"], "http://");

    public static TransportPeer Grpcio(string script) =>
        new("/usr/bin/python3", [script, "server"], [script, "client"], "");
}

/// <summary>A server and a client in processes of their own; the client does what it is told line by line.</summary>
internal sealed class TransportPeers : IDisposable
{
    private readonly Process _server;
    private readonly Process _client;

    /// <summary>Starts both.</summary>
    public TransportPeers(TransportPeer server, TransportPeer client)
    {
        _server = Start(server.Program, server.Server);
        var port = LineOf(_server).Split(':')[^1];
        _client = Start(client.Program, [.. client.Client, client.Scheme + "127.0.0.1:" + port]);
        Versions = LineOf(_client);
    }

    /// <summary>What the client says of itself.</summary>
    public string Versions { get; }

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
