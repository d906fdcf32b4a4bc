using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace KoopmanMesh.Cli.Up;

/// <summary>A PostgreSQL of the mesh's own, on the loopback interface, with a password that was made for it.</summary>
internal static class PostgresChild
{
    private const string User = "koopmanmesh";
    private const int ConnectionsOfAReplica = 25;
    private const int ConnectionsOfOthers = 20;
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(20);

    /// <summary>Makes its data, if there is none yet; gives the password.</summary>
    public static async Task<string> InitializeAsync(
        Programs programs, string folder, Account? account, CancellationToken ct)
    {
        var secret = Path.Combine(folder, "password");
        if (File.Exists(Path.Combine(folder, "data", "PG_VERSION")))
        {
            return await File.ReadAllTextAsync(secret, ct);
        }

        // Half of one that was interrupted.
        if (Directory.Exists(Path.Combine(folder, "data")))
        {
            Directory.Delete(Path.Combine(folder, "data"), recursive: true);
        }

        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        MeshFolder.WriteSecret(secret, password);
        await Ownership.GiveAsync(folder, account, programs, ct);
        await OneShot.RunAsync(
            programs, account, folder,
            [
                programs.InitDb, "--pgdata", Path.Combine(folder, "data"), "--username", User, "--pwfile", secret,
                "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-instructions",
            ],
            ct);
        return password;
    }

    /// <summary>What clients are told.</summary>
    public static string ConnectionString(int port, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = User,
        Password = password,
        Database = "postgres",
    }.ConnectionString;

    public static ChildSpec Create(
        Programs programs, string folder, int port, int replicas, Account? account, string connection) => new()
        {
            Role = "postgres",
            Index = 0,
            Program = programs.Postgres,
            Arguments =
            [
                "-D", Path.Combine(folder, "data"),
                "-c", "listen_addresses=127.0.0.1",
                "-c", string.Create(CultureInfo.InvariantCulture, $"port={port}"),
                "-c", "unix_socket_directories=",
                "-c", "shared_buffers=64MB",
                "-c", string.Create(
                    CultureInfo.InvariantCulture,
                    $"max_connections={ConnectionsOfOthers + (ConnectionsOfAReplica * replicas)}"),
            ],
            Folder = folder,
            Account = account,
            InternalPort = port,
            StopSignal = Signals.Interrupt,
            DeathSignal = "INT",
            Grace = _grace,
            Probe = ct => ProbeAsync(connection, ct),
        };

    /// <summary>Null where a PostgreSQL lets us in; else what is wrong.</summary>
    public static async Task<string?> ProbeAsync(string connectionString, CancellationToken ct)
    {
        try
        {
            var single = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
            await using var connection = new NpgsqlConnection(single.ConnectionString);
            await connection.OpenAsync(ct);
            return null;
        }
        catch (Exception e) when (e is NpgsqlException or SocketException)
        {
            return e.GetBaseException().Message;
        }
    }
}
