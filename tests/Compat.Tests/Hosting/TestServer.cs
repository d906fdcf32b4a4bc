using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using KoopmanMesh.Playground.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.Compat.Tests.Hosting;

/// <summary>The playground on a free loopback port, and a channel to it. Unexpected error logs fail the test.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ErrorLog _log = new();

    private TestServer(
        Action<GrpcServiceOptions>? configure,
        Action<IServiceCollection>? services,
        Action<ListenOptions>? listen,
        Action<WebApplication>? map)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(
            System.Net.IPAddress.Loopback, 0, listen ?? (options => options.Protocols = HttpProtocols.Http2)));
        builder.Services.AddLogging(logging => logging.AddProvider(_log));
        builder.Services.AddSingleton(State);
        builder.Services.AddGrpc(configure ?? (_ => { }));
        services?.Invoke(builder.Services);
        _app = builder.Build();
        (map ?? (app => app.MapGrpcService<Playground>()))(_app);
    }

    public PlaygroundState State { get; } = new();

    public string Address { get; private set; } = "";

    public GrpcChannel Channel { get; private set; } = null!;

    public PlaygroundService.PlaygroundServiceClient Client => new(Channel);

    /// <summary>Whether the test makes the server log errors on purpose.</summary>
    public bool ExpectsErrors { get; set; }

    public static async Task<TestServer> StartAsync(
        Action<GrpcServiceOptions>? configure = null,
        Action<IServiceCollection>? services = null,
        GrpcChannelOptions? channel = null,
        Action<ListenOptions>? listen = null,
        Action<WebApplication>? map = null)
    {
        var server = new TestServer(configure, services, listen, map);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        server.Address = server._app.Urls.Single();
        server.Channel = GrpcChannel.ForAddress(server.Address, channel ?? new GrpcChannelOptions());
        return server;
    }

    /// <summary>Stops at once, cutting off what is under way.</summary>
    public Task StopAsync() => _app.StopAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        // Waits for the calls to end, so that what they log is known.
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        if (!ExpectsErrors)
        {
            Assert.True(_log.Errors.IsEmpty, string.Join("\n", _log.Errors));
        }
    }
}
