using System.Globalization;
using KoopmanMesh.Capture;
using KoopmanMesh.Credit;
using KoopmanMesh.Koopman;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Cli.Mesh;

/// <summary>
/// The three services in one process, on one gRPC port: the same code as the distributed mesh, other plugs.
/// </summary>
internal sealed class MeshHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo? _temporary;

    private MeshHost(WebApplication app, DirectoryInfo? temporary)
    {
        (_app, _temporary) = (app, temporary);
        Address = new Uri(app.Urls.First());
    }

    public Uri Address { get; }

    public static async Task<MeshHost> StartAsync(MeshHostOptions options, CancellationToken cancellationToken)
    {
        var temporary = options.Ephemeral ? Directory.CreateTempSubdirectory("koopmesh-") : null;
        try
        {
            var app = Build(options, temporary?.FullName ?? options.DataDirectory);
            await app.StartAsync(cancellationToken);
            return new MeshHost(app, temporary);
        }
        catch (Exception e)
        {
            temporary?.Delete(recursive: true);
            if (e is IOException && e.InnerException is AddressInUseException)
            {
                throw new CliException(
                    ExitCodes.Environment,
                    options.Listen is { } listen
                        ? $"a port of {listen} is in use; choose another with --listen, or port 0 for a free one"
                        : $"port {options.Port} on 127.0.0.1 is in use; "
                            + "choose another with --port, or --port 0 for a free one",
                    e);
            }

            throw;
        }
    }

    /// <summary>Serves until the token is cancelled or the process is told to stop, then drains.</summary>
    public async Task RunUntilAsync(CancellationToken cancellationToken)
    {
        await _app.WaitForShutdownAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _temporary?.Delete(recursive: true);
    }

    private static WebApplication Build(MeshHostOptions options, string? root)
    {
        var builder = WebApplication.CreateSlimBuilder();
        if (!options.Private)
        {
            builder.Configuration.AddSettingsFiles();
        }

        if (root is not null)
        {
            builder.Configuration["State:Root"] = root;
        }

        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(options.LogLevel);
        builder.Logging.AddFilter("Microsoft", options.LogLevel == LogLevel.None ? LogLevel.None : LogLevel.Warning);

        // A request has a span, and a run a trace, only where this logger could speak.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Critical);

        // A host that can't start says so by its exception, which the command tells in one sentence.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Logging.AddJsonLogs();
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Configuration["Hosting:Listen"] = options.Listen
            ?? string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{options.Port}");
        builder.Configuration.AddInMemoryCollection(options.Settings);
        builder.AddServiceDefaults("koopmesh");
        if (options.Private)
        {
            builder.Services.AddSingleton(Options.Create(new SecurityOptions()));
        }

        builder.Services.AddGrpc();
        builder.AddCapture();
        builder.AddKoopman();
        builder.AddCredit();
        SettingsCheck.Require(builder.Services);

        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapCapture();
        app.MapKoopman();
        app.MapCredit();
        return app;
    }
}
