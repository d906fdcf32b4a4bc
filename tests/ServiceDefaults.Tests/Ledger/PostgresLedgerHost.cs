using KoopmanMesh.Servers;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Ledger.Postgres;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using KoopmanMesh.ServiceDefaults.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

/// <summary>Ledgers in a schema of their own of a real server.</summary>
internal sealed class PostgresLedgerHost : LedgerHost
{
    private readonly PostgresServer _server;
    private readonly TimeProvider _time;
    private readonly List<LedgerHost> _others = [];
    private PostgresDatabase _database = null!;
    private PostgresNotifications _notifications = null!;
    private PostgresRunLedger _runs = null!;

    public PostgresLedgerHost(PostgresServer server, StateOptions? options = null, TimeProvider? time = null)
    {
        (_server, _time) = (server, time ?? TimeProvider.System);
        Options = options ?? NewOptions(server);
        Start();
    }

    public StateOptions Options { get; }

    internal override RecordingLoggerProvider Logs { get; } = new();

    public PostgresDatabase Database => _database;

    public override IRunLedger Runs => _runs;

    public override IWorkLedger Work => new PostgresWorkLedger(_database, _runs);

    public static StateOptions NewOptions(PostgresServer server) => new()
    {
        Ledger = LedgerKind.Postgres,
        Postgres = server.ConnectionString,
        PostgresSchema = PostgresOfTests.NewSchema(),
        PostgresConnections = 8,
        WatchInterval = TimeSpan.FromMilliseconds(1),
    };

    public override LedgerHost Another() => Another(TimeProvider.System);

    public PostgresLedgerHost Another(TimeProvider time)
    {
        var other = new PostgresLedgerHost(_server, Options, time);
        _others.Add(other);
        return other;
    }

    // The server's clock can't be moved; what it has written can.
    public override Task PassAsync(TimeSpan time, CancellationToken ct) => ExecuteAsync(
        "WITH ended AS (UPDATE runs SET ended_at = ended_at - $1) "
        + "UPDATE work SET ready_at = ready_at - $1, started_at = started_at - $1, leased_until = leased_until - $1",
        ct,
        time);

    public override async Task<string> RecordAsync(string runId, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(PostgresSettings.Listening(Options));
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand("SELECT record FROM runs WHERE run_id = $1", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = runId });
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }

    public override Task WriteRecordAsync(string runId, string record, CancellationToken ct) =>
        ExecuteAsync("UPDATE runs SET record = $1::json WHERE run_id = $2", ct, record, runId);

    public override async Task RestartAsync()
    {
        await StopAsync();
        Start();
    }

    /// <summary>Runs a statement beside the ledger.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var connection = new NpgsqlConnection(PostgresSettings.Listening(Options));
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync(ct);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var other in _others)
        {
            await other.DisposeAsync();
        }

        await StopAsync();
        Logs.Dispose();
    }

    private void Start()
    {
        var loggers = LoggerFactory.Create(b => b.AddProvider(Logs));
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        _database = new PostgresDatabase(options, _time, loggers.CreateLogger<PostgresDatabase>());
        _notifications = new PostgresNotifications(options, _time, loggers.CreateLogger<PostgresNotifications>());
        _runs = new PostgresRunLedger(
            _database, _notifications, options, _time, loggers.CreateLogger<PostgresRunLedger>());
    }

    private async Task StopAsync()
    {
        await _notifications.DisposeAsync();
        await _database.DisposeAsync();
    }
}
