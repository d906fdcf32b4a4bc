using Google.Protobuf;
using KoopmanMesh.Playground.V1;
using KoopmanMesh.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.Compat.Tests.Hosting;

/// <summary>The playground on a host as the product's are, with their limits, and a client beside the one that
/// misbehaves, for which all must go on as before.</summary>
public sealed class ProductServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ErrorLog _log = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bad-input-");
    private RawConnection? _bystander;

    private ProductServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["State:Root"] = _folder.FullName;
        builder.Logging.ClearProviders().AddProvider(_log);
        builder.AddServiceDefaults("bad-input");
        builder.Services.AddSingleton(State);
        builder.Services.AddGrpc();
        _app = builder.Build();
        _app.MapGrpcService<Playground>();
    }

    public PlaygroundState State { get; } = new();

    public string Address { get; private set; } = "";

    /// <summary>Whether the test makes the server log errors on purpose.</summary>
    public bool ExpectsErrors { get; set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ProductServer> StartAsync()
    {
        var server = new ProductServer();
        await server._app.StartAsync(Token);
        server.Address = server._app.Urls.Single();
        server._bystander = await RawCalls.DialAsync(server.Address);
        return server;
    }

    /// <summary>The other client's call, on the connection that it has had from the beginning.</summary>
    public async Task ServesOthersAsync()
    {
        var response = await _bystander!.ExchangeAsync(
            HeaderList.Call(RawCalls.Chat), GrpcMessage.Frame(new ChatRequest { Text = "hello" }.ToByteArray()));
        Assert.Equal(0, response.Status);
        Assert.Equal(2, response.Messages.Count);
    }

    public async ValueTask DisposeAsync()
    {
        await _bystander!.DisposeAsync();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
        if (!ExpectsErrors)
        {
            Assert.True(_log.Errors.IsEmpty, string.Join("\n", _log.Errors));
        }
    }
}
