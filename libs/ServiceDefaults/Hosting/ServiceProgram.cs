using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Hosting;

/// <summary>
/// One service of the mesh as a process of its own: its settings, its ports, its life. What is wrong with the settings
/// is told at once and in full, in sentences on standard error.
/// </summary>
/// <param name="name">The service's name in telemetry and logs: <c>capture</c>.</param>
/// <param name="purpose">What it does, for <c>--help</c>.</param>
/// <param name="arguments">The command line.</param>
public sealed class ServiceProgram(string name, string purpose, string[] arguments)
{
    /// <summary>Exit code of a command line that was not understood: EX_USAGE of sysexits.</summary>
    public const int UsageError = 64;

    /// <summary>Exit code of settings that are wrong: EX_CONFIG of sysexits.</summary>
    public const int SettingsError = 78;

    /// <summary>Exit code of a host that could not start or that failed.</summary>
    public const int Failure = 1;

    /// <summary>Adds the service to the host.</summary>
    public required Action<IHostApplicationBuilder> Add { get; init; }

    /// <summary>Maps what the service serves.</summary>
    public required Action<WebApplication> Map { get; init; }

    /// <summary>Serves until the process is told to stop; gives its exit code.</summary>
    public async Task<int> RunAsync()
    {
        switch (arguments)
        {
            case []:
                break;
            case ["--help" or "-h"]:
                await Console.Out.WriteLineAsync(Help()).ConfigureAwait(false);
                return 0;
            case ["--version"]:
                await Console.Out.WriteLineAsync(Version()).ConfigureAwait(false);
                return 0;
            default:
                return await ComplainAsync(
                    UsageError,
                    [$"got '{string.Join(' ', arguments)}', expected --help, --version or nothing: settings come by "
                        + "the environment and files"]).ConfigureAwait(false);
        }

        try
        {
            return await ServeAsync().ConfigureAwait(false);
        }
        catch (SettingsException e)
        {
            return await ComplainAsync(SettingsError, e.Violations).ConfigureAwait(false);
        }
        catch (RunLedgerException e)
        {
            return await ComplainAsync(Failure, [e.Message]).ConfigureAwait(false);
        }
        catch (KoopmanMeshException e)
        {
            return await ComplainAsync(SettingsError, [e.Message]).ConfigureAwait(false);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            return await ComplainAsync(
                Failure, [$"a port of Hosting:Listen or Hosting:InternalListen is in use: {e.Message}"])
                .ConfigureAwait(false);
        }
    }

    [SuppressMessage("Reliability", "CA2007", Justification = "A process has no other context to return to.")]
    private async Task<int> ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddSettingsFiles(ProgramDefaults.All);
        builder.Logging.ClearProviders().AddJsonLogs();
        builder.AddServiceDefaults(name);
        builder.Services.AddGrpc();
        builder.Services.Configure<LedgerStartOptions>(static ledger => ledger.Waits = true);
        Add(builder);
        SettingsCheck.Require(builder.Services);

        await using var app = builder.Build();
        app.MapServiceDefaults();
        Map(app);
        var stopping = app.Lifetime.ApplicationStopping;
        var ledger = app.Services.GetRequiredService<LedgerStart>();
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop while it still started, when it tried to reach the database, say.
        }

        return ledger.Failure is { } failure ? throw failure : 0;
    }

    private string Help() =>
        $"""
        The {name} service of KoopmanMesh {Version()}. {purpose}

        It has no options but --help and --version. Settings come from /etc/koopmanmesh/*.json, then the JSON file that
        KOOPMANMESH_CONFIG names, then the environment, the later ones winning; all are checked at start. Some of them:

          Hosting__Listen          where gRPC is served (default {ProgramDefaults.Listen})
          Hosting__InternalListen  where /livez, /readyz, /startupz and the events of Dapr are (default
                                   {ProgramDefaults.InternalListen})
          Mesh__Capture, Mesh__Koopman, Mesh__Credit
                                   the other services: http://host:port, dns:///name:port, static:///h:p,h:p
          State__Root              the folder of artifacts, shared by all replicas
          State__Ledger            Files for one process alone, Postgres for more
          EventBus__Kind           InProcess for one process alone, Dapr for more
          Logging__LogLevel__Default
                                   Trace, Debug, Information (default), Warning, Error

        All settings: docs/operations.md. The three services on this machine: koopmesh serve, koopmesh up.
        Exit codes: 0 stopped when told to, 1 failed, {UsageError} command line, {SettingsError} settings.
        """;

    private static string Version() =>
        typeof(ServiceProgram).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];

    private async Task<int> ComplainAsync(int exitCode, IReadOnlyList<string> sentences)
    {
        foreach (var sentence in sentences)
        {
            await Console.Error.WriteLineAsync($"{name}: {sentence}").ConfigureAwait(false);
        }

        return exitCode;
    }
}
