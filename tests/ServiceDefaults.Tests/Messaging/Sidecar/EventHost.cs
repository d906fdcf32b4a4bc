using System.Globalization;
using KoopmanMesh.Servers;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Messaging;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Tests.Messaging.Sidecar;

/// <summary>
/// A host with events over Dapr and a test's own handlers. A service has a database and a port of its own for events
/// beside this: that is tests/Mesh.Tests' subject.
/// </summary>
internal sealed class EventHost : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WebApplication _app;

    private EventHost(Action<IServiceCollection> configure, IReadOnlyDictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(Logs);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["State:Root"] = _folder.Path,
            ["EventBus:Kind"] = "Dapr",
            ["EventBus:RetryDelay"] = "00:00:00.020",
            ["EventBus:PublishTimeout"] = "00:01:00",
            ["DAPR_HTTP_PORT"] = "1",
        });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton(HostInstance.New("capture", "0"));
        builder.Services.AddEventBus().AddState().AddHealthChecks();
        configure(builder.Services);
        _app = builder.Build();
        _app.MapEventSubscriptions();
    }

    public RecordingLoggerProvider Logs { get; } = new();

    public IEventBus Bus => _app.Services.GetRequiredService<IEventBus>();

    public IServiceProvider Services => _app.Services;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<EventHost> StartAsync(
        Action<IServiceCollection> configure, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var host = new EventHost(configure, settings ?? new Dictionary<string, string?>());
        await host._app.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
        Logs.Dispose();
    }
}

/// <summary>A replica: a host and the sidecar beside it.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private Replica(EventHost host, SidecarProcess sidecar) => (Host, Sidecar) = (host, sidecar);

    public EventHost Host { get; }

    public SidecarProcess Sidecar { get; }

    public IEventBus Bus => Host.Bus;

    public static async Task<Replica> StartAsync(
        RedisServer redis,
        Action<IServiceCollection> configure,
        Func<SidecarSettings, SidecarSettings>? with = null,
        IReadOnlyDictionary<string, string?>? settings = null)
    {
        var port = SidecarProcess.FreePort();
        var all = new Dictionary<string, string?>(settings ?? new Dictionary<string, string?>())
        {
            ["DAPR_HTTP_PORT"] = port.ToString(CultureInfo.InvariantCulture),
        };
        var host = await EventHost.StartAsync(configure, all);
        var told = new SidecarSettings(redis) { AppPort = host.Address.Port, HttpPort = port };
        return new Replica(host, await SidecarProcess.StartAsync(with?.Invoke(told) ?? told));
    }

    public async ValueTask DisposeAsync()
    {
        await Sidecar.DisposeAsync();
        await Host.DisposeAsync();
    }
}
