using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using KoopmanMesh.Cli.Up;
using Npgsql;

namespace KoopmanMesh.Cli.Commands;

/// <summary>The options of <c>up</c>, each with the sentence that <c>--help</c> shows.</summary>
internal sealed class UpArguments
{
    private const int DefaultPort = 7070;
    private const int MostPort = 65535;
    private static readonly string[] _levels = ["Trace", "Debug", "Information", "Warning", "Error"];

    public Option<ReplicaCounts> Replicas { get; } = new("--replicas")
    {
        Description =
            "How many processes of each service, e.g. capture=2,koopman=2,credit=1 (default one of each; at most "
            + $"{ReplicaCounts.Most}).",
        HelpName = "LIST",
        CustomParser = ParseReplicas,
        DefaultValueFactory = _ => ReplicaCounts.One,
    };

    public Option<int> Port { get; } = new("--port")
    {
        Description = $"The endpoint's port on 127.0.0.1 (default {DefaultPort}; 0 picks a free one).",
        HelpName = "N",
        DefaultValueFactory = _ => DefaultPort,
    };

    public Option<string?> Data { get; } = new("--data-dir")
    {
        Description =
            "Where everything lies: artifacts, ledger, broker, logs, mesh.json (default: mesh in the user's data "
            + "folder, or /var/lib/koopmanmesh/mesh for root).",
        HelpName = "DIR",
    };

    public Option<string?> Redis { get; } = new("--redis")
    {
        Description = "Use the Redis there instead of starting one.",
        HelpName = "HOST:PORT",
    };

    public Option<string?> Postgres { get; } = new("--postgres")
    {
        Description =
            "Use this PostgreSQL instead of starting one: a connection string of Npgsql, or @FILE for a file that "
            + "holds one, where other users can't read it off the command line.",
        HelpName = "CONNECTION",
    };

    public Option<string?> Sidecar { get; } = new("--sidecar")
    {
        Description = "The program of the Dapr sidecars (default: daprd on PATH).",
        HelpName = "PROGRAM",
    };

    public Option<string> LogLevel { get; } = new("--log-level")
    {
        Description = "What the services log: Trace, Debug, Information (default), Warning or Error.",
        HelpName = "LEVEL",
        DefaultValueFactory = _ => "Information",
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Replicas, Port, Data, Redis, Postgres, Sidecar, LogLevel })
        {
            command.Options.Add(option);
        }

        Port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var port and (< 0 or > MostPort))
            {
                result.AddError($"--port got {port}; expected 0 to {MostPort}");
            }
        });
        Redis.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<string?>() is { } address && !IsAddress(address))
            {
                result.AddError($"--redis got '{address}'; expected HOST:PORT such as 127.0.0.1:6379");
            }
        });
        LogLevel.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<string>() is { } level
                && !_levels.Contains(level, StringComparer.OrdinalIgnoreCase))
            {
                result.AddError($"--log-level got '{level}'; expected one of {string.Join(", ", _levels)}");
            }
        });
    }

    public UpOptions Bind(ParseResult result) => new()
    {
        Replicas = result.GetValue(Replicas)!,
        Port = result.GetValue(Port),
        Folder = result.GetValue(Data) ?? DefaultFolder(),
        Redis = result.GetValue(Redis),
        Postgres = result.GetValue(Postgres) is { } given ? Connection(given) : null,
        Sidecar = result.GetValue(Sidecar),
        LogLevel = result.GetValue(LogLevel)!,
    };

    private static string DefaultFolder() => Environment.IsPrivilegedProcess
        ? "/var/lib/koopmanmesh/mesh"
        : Path.Combine(
            Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "koopmanmesh", "mesh");

    private static bool IsAddress(string text) =>
        text.Split(':') is [{ Length: > 0 }, var port]
        && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number is > 0 and <= MostPort;

    // What it can't read it would repeat, password and all.
    private static string Connection(string given)
    {
        var text = given;
        if (given.StartsWith('@'))
        {
            try
            {
                text = File.ReadAllText(given[1..]).Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CliException(
                    ExitCodes.BadInput, $"the file '{given[1..]}' of --postgres can't be read: {e.Message}", e);
            }
        }

        try
        {
            return new NpgsqlConnectionStringBuilder(text) is { Host.Length: > 0 }
                ? text
                : throw new CliException(ExitCodes.Usage, "--postgres names no Host");
        }
        catch (ArgumentException)
        {
            throw new CliException(
                ExitCodes.Usage,
                "--postgres is no connection string; expected one like "
                + "Host=127.0.0.1;Port=5432;Username=me;Database=db");
        }
    }

    private static ReplicaCounts? ParseReplicas(ArgumentResult result)
    {
        try
        {
            return ReplicaCounts.Parse(result.Tokens[0].Value);
        }
        catch (FormatException e)
        {
            result.AddError($"--replicas: {e.Message}");
            return null;
        }
    }
}
