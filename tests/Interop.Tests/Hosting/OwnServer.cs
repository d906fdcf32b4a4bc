using KoopmanMesh.Interop.Server;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.Interop.Tests.Hosting;

/// <summary>Our interop server, which must not log an error whatever clients do.</summary>
internal sealed class OwnServer : IAsyncDisposable
{
    private readonly ErrorLog _log = new();
    private InteropServer _server = null!;

    public int Port => _server.Port;

    public static async Task<OwnServer> StartAsync(Certificates? certificates = null)
    {
        var own = new OwnServer();
        var options = new InteropServerOptions { Certificate = certificates?.LoadServer() };
        own._server = await InteropServer.StartAsync(
            options, logging => logging.AddProvider(own._log), TestContext.Current.CancellationToken);
        return own;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _log.AssertEmpty();
    }
}
