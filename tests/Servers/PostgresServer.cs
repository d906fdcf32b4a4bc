using System.Globalization;
using System.Net.Sockets;
using Npgsql;

namespace KoopmanMesh.Servers;

/// <summary>
/// A PostgreSQL server on a free port of 127.0.0.1 with data of its own; password authentication. Its data survives
/// stops and kills and goes with the server.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The role that owns everything.</summary>
    public const string User = "koopmanmesh";

    /// <summary>Its password: odd enough to be found in whatever should not show it.</summary>
    public const string Password = "pass;word='s3cret";

    private const string Database = "postgres";

    private readonly ServerProcess _process = new("postgres");
    private readonly bool _fsync;

    private PostgresServer(bool fsync) => _fsync = fsync;

    /// <summary>Its port, the same over all restarts.</summary>
    public int Port { get; private set; }

    /// <summary>For Npgsql; holds the password.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = User,
        Password = Password,
        Database = Database,
    }.ConnectionString;

    /// <summary>Whether it runs.</summary>
    public bool IsRunning => _process.IsRunning;

    /// <summary>The postmaster's process id.</summary>
    public int ProcessId => _process.ProcessId;

    /// <summary>Starts a server that syncs what it commits, as in production.</summary>
    /// <exception cref="ServerException">It is not installed, or does not start.</exception>
    public static Task<PostgresServer> StartAsync(CancellationToken ct) => StartAsync(fsync: true, ct);

    /// <summary>
    /// Starts a server. Without <paramref name="fsync"/> it is faster, and loses data when the machine dies (a killed
    /// server loses none).
    /// </summary>
    public static async Task<PostgresServer> StartAsync(bool fsync, CancellationToken ct)
    {
        var server = new PostgresServer(fsync);
        try
        {
            await server.InitializeAsync(ct);
            await server.StartOnAFreePortAsync(ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Cuts all connections, writes everything and ends ("fast shutdown").</summary>
    public Task StopAsync(CancellationToken ct) => _process.StopAsync("-INT", ct);

    /// <summary>SIGKILL to the server and all its processes.</summary>
    public Task KillAsync(CancellationToken ct) => _process.KillAsync(ct);

    /// <summary>Starts it again on the same port with the same data, stopping it first if it runs.</summary>
    public async Task RestartAsync(CancellationToken ct)
    {
        await StopAsync(ct);
        await LaunchAsync(ct);
    }

    /// <summary>Kills it and removes its data.</summary>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task InitializeAsync(CancellationToken ct)
    {
        var initdb = Programs.Find("initdb", "postgresql");
        var secret = Path.Combine(_process.Folder, "password");
        await File.WriteAllTextAsync(secret, Password, ct);
        await Unprivileged.OwnAsync(_process.Folder, ct);
        await Programs.RunAsync(
            Unprivileged.Command(
                initdb, "--pgdata", Data(), "--username", User, "--pwfile", secret, "--auth", "scram-sha-256",
                "--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"),
            ct);
    }

    private async Task StartOnAFreePortAsync(CancellationToken ct)
    {
        const int attempts = 5;
        for (var attempt = 1; ; attempt++)
        {
            Port = Programs.FreePort();
            try
            {
                await LaunchAsync(ct);
                return;
            }
            catch (ServerException) when (attempt < attempts)
            {
                // Somebody else took the port in between.
            }
        }
    }

    private Task LaunchAsync(CancellationToken ct) => _process.StartAsync(
        Unprivileged.Command(
            Programs.Find("postgres", "postgresql"), "-D", Data(),
            "-c", "listen_addresses=127.0.0.1",
            "-c", string.Create(CultureInfo.InvariantCulture, $"port={Port}"),
            "-c", "unix_socket_directories=",
            "-c", $"fsync={(_fsync ? "on" : "off")}",
            "-c", "shared_buffers=32MB",
            "-c", "max_connections=200"),
        IsReadyAsync,
        ct);

    private async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        var connectionString = new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString;
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(ct);
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or SocketException)
        {
            return false;
        }
    }

    private string Data() => Path.Combine(_process.Folder, "data");
}
