using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.Interop.Server;

/// <summary>Serves grpc.testing.TestService, and leaves grpc.testing.UnimplementedService unimplemented.</summary>
internal sealed class InteropServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private InteropServer(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Urls.Single()).Port;

    public static async Task<InteropServer> StartAsync(
        InteropServerOptions options, Action<ILoggingBuilder> logging, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        logging(builder.Logging);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(
            kestrel => kestrel.Listen(options.Address, options.Port, listen => Listen(listen, options)));
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<InteropTestService>();
        await app.StartAsync(cancellationToken);
        return new InteropServer(app);
    }

    /// <summary>Waits for Ctrl-C, SIGTERM or the token.</summary>
    public Task RunUntilAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private static void Listen(ListenOptions listen, InteropServerOptions options)
    {
        listen.Protocols = HttpProtocols.Http2;
        if (options.Certificate is not null)
        {
            listen.UseHttps(options.Certificate);
        }
    }
}
