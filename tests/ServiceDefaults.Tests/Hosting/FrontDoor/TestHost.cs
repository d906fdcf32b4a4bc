using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.ServiceDefaults.Clients;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Tests.Hosting.FrontDoor;

/// <summary>A host of the mesh behind a real socket: a replica with services, or the door to others.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WebApplication _app;

    private TestHost(Action<WebApplicationBuilder> configure, (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["State:Root"] = _folder.Path;
        builder.Configuration["Hosting:Listen"] = "127.0.0.1:0";
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }

        builder.AddServiceDefaults("test");
        builder.Services.AddGrpc();
        configure(builder);
        _app = builder.Build();
        _app.MapServiceDefaults();
    }

    public Uri Address { get; private set; } = null!;

    public GrpcChannel Channel { get; private set; } = null!;

    public CallInvoker Calls => Channel.CreateCallInvoker();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Has OperatorService itself.</summary>
    public static Task<TestHost> ReplicaAsync(
        RawOperators.Script script, params (string Key, string Value)[] settings) => StartAsync(
            builder => builder.Services.AddSingleton(script),
            app => app.MapGrpcService<RawOperators>(),
            settings);

    /// <summary>Has nothing itself and passes koopman's calls on.</summary>
    public static Task<TestHost> DoorAsync(string koopman, params (string Key, string Value)[] settings) => StartAsync(
        static _ => { },
        static app => app.MapFrontDoor(MeshService.Capture),
        [("Mesh:Koopman", koopman), .. settings]);

    public static async Task<TestHost> StartAsync(
        Action<WebApplicationBuilder> configure, Action<WebApplication> map, (string Key, string Value)[] settings)
    {
        var host = new TestHost(configure, settings);
        map(host._app);
        await host._app.StartAsync(Ct);
        host.Address = new Uri(host._app.Urls.First());
        host.Channel = GrpcChannel.ForAddress(host.Address);
        return host;
    }

    /// <summary>Cuts every connection and ends.</summary>
    public Task CutAsync() => _app.StopAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await CutAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
