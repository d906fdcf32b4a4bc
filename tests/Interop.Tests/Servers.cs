using System.Globalization;
using KoopmanMesh.Interop.Tests.Hosting;

namespace KoopmanMesh.Interop.Tests;

/// <summary>A server for our client: an official library's, or our own; one with TLS and one without.</summary>
internal sealed class Servers(OfficialLibrary? library) : IAsyncDisposable
{
    private readonly Certificates _certificates = new();
    private readonly List<IAsyncDisposable> _started = [];
    private int? _port;
    private int? _tlsPort;

    public string AuthorityFile => _certificates.AuthorityFile;

    public async Task<int> PortAsync() => _port ??= library is null
        ? await StartOwnAsync(certificates: null)
        : await StartAsync(library);

    public async Task<int> TlsPortAsync() => _tlsPort ??= library is null
        ? await StartOwnAsync(_certificates)
        : await StartAsync(library, "--tls", _certificates.CertificateFile, _certificates.KeyFile);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _started)
        {
            await server.DisposeAsync();
        }

        _certificates.Dispose();
    }

    private async Task<int> StartOwnAsync(Certificates? certificates)
    {
        var server = await OwnServer.StartAsync(certificates);
        _started.Add(server);
        return server.Port;
    }

    private async Task<int> StartAsync(OfficialLibrary official, params string[] more)
    {
        var server = await official.StartAsync("server", ["--port", "0", .. more]);
        _started.Add(server);
        return int.Parse(await server.ReadLineAsync(), CultureInfo.InvariantCulture);
    }
}
