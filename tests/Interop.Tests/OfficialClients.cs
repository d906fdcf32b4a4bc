using System.Text.Json;
using KoopmanMesh.Interop.Tests.Hosting;

namespace KoopmanMesh.Interop.Tests;

/// <summary>An official client, one process for all cases, and our server; each with TLS and without.</summary>
internal sealed class OfficialClients(OfficialLibrary library) : IAsyncDisposable
{
    private readonly Certificates _certificates = new();
    private OwnServer? _server;
    private OwnServer? _tlsServer;
    private Peer? _client;
    private Peer? _tlsClient;

    public async Task<int> ServerPortAsync() => (_server ??= await OwnServer.StartAsync()).Port;

    public async Task RunAsync(string name, int port) => await RunAsync(_client ??= await StartAsync(), name, port);

    public async Task RunOverTlsAsync(string name)
    {
        _tlsServer ??= await OwnServer.StartAsync(_certificates);
        await RunAsync(_tlsClient ??= await StartAsync("--tls", _certificates.AuthorityFile), name, _tlsServer.Port);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var started in new IAsyncDisposable?[] { _client, _tlsClient, _server, _tlsServer })
        {
            await (started?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        _certificates.Dispose();
    }

    /// <summary>Has the client run a case; fails with the client's own words.</summary>
    private static async Task RunAsync(Peer client, string name, int port)
    {
        await client.WriteLineAsync($"{name} {port}");
        using var report = JsonDocument.Parse(await client.ReadLineAsync());
        Assert.Equal(name, report.RootElement.GetProperty("case").GetString());
        Assert.True(
            report.RootElement.GetProperty("passed").GetBoolean(),
            report.RootElement.GetProperty("detail").GetString());
    }

    private Task<Peer> StartAsync(params string[] more) => library.StartAsync(
        "client", ["--case", "-", "--soak-iterations", "20", "--soak-max-latency-ms", "60000", .. more]);
}
