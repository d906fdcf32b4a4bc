using KoopmanMesh.Sidecar.Delivering;
using KoopmanMesh.Sidecar.Faults;
using KoopmanMesh.Sidecar.Http;
using KoopmanMesh.Sidecar.Resources;
using KoopmanMesh.Sidecar.Streams;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KoopmanMesh.Sidecar;

/// <summary>Puts the double together.</summary>
internal static class SidecarHost
{
    /// <summary>daprd's default of --http-max-request-size.</summary>
    private const long MostBodyBytes = 4 << 20;

    public static WebApplication Build(SidecarArguments arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{arguments.HttpPort}");
        builder.Logging.ClearProviders()
            .AddSimpleConsole(static o => o.SingleLine = true)
            .SetMinimumLevel(LevelOf(arguments.LogLevel))
            .AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.Configure<KestrelServerOptions>(static o => o.Limits.MaxRequestBodySize = MostBodyBytes);
        builder.Services.Configure<HostOptions>(static o => o.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.AddSingleton(arguments)
            .AddSingleton(ResourceReader.Read(arguments.ResourcesPath, arguments.AppId))
            .AddSingleton(FaultOptions.OfEnvironment())
            .AddSingleton<FaultPlan>()
            .AddSingleton(Brokers)
            .AddSingleton<AppClient>()
            .AddSingleton<AppHealth>()
            .AddSingleton<PublishApi>()
            .AddSingleton<SubscriptionHost>()
            .AddHostedService(static s => s.GetRequiredService<SubscriptionHost>());
        var app = builder.Build();
        app.MapSidecar();
        return app;
    }

    private static IReadOnlyDictionary<string, RedisPubSub> Brokers(IServiceProvider services) =>
        services.GetRequiredService<ResourceSet>().Components.Values.ToDictionary(
            static c => c.Name,
            c => new RedisPubSub(
                c, services.GetRequiredService<FaultPlan>(), services.GetRequiredService<ILogger<RedisPubSub>>()));

    private static LogLevel LevelOf(string name) => name switch
    {
        "debug" => LogLevel.Debug,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "fatal" => LogLevel.Critical,
        _ => LogLevel.Information,
    };
}
