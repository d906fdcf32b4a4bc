using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace KoopmanMesh.ServiceDefaults.Ledger.Postgres;

/// <summary>One try of an operation on the database.</summary>
/// <param name="Connection">Open, of the pool.</param>
/// <param name="IsRepeated">
/// Whether an earlier try failed, so that nobody knows whether the server did what it was asked.
/// </param>
internal readonly record struct PostgresTry(NpgsqlConnection Connection, bool IsRepeated);

/// <summary>
/// The ledger's database: a bounded pool, a schema brought up to date before its first use, and patience. Operations
/// are tried again while the database is out of reach, so each must be safe to repeat.
/// </summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    private const string Opening = "be opened";

    private readonly StateOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<PostgresDatabase> _logger;
    private readonly Lazy<NpgsqlDataSource> _source;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile bool _isOpen;

    public PostgresDatabase(IOptions<StateOptions> options, TimeProvider time, ILogger<PostgresDatabase> logger)
    {
        (_options, _time, _logger) = (options.Value, time, logger);
        _source = new(() => NpgsqlDataSource.Create(PostgresSettings.Pooled(_options)));
    }

    /// <summary>Whether it was reached and has a schema that this program can use.</summary>
    internal bool IsOpen => _isOpen;

    /// <summary>Reaches the database and brings its schema up to date, once.</summary>
    /// <exception cref="RunLedgerException">It can't be reached, or its schema is too new.</exception>
    internal Task OpenAsync(CancellationToken ct) =>
        _isOpen ? Task.CompletedTask : PatientlyAsync(Opening, static (_, _) => Task.FromResult(true), ct);

    /// <summary>The same in one try; returns why it failed where it may succeed later.</summary>
    /// <exception cref="RunLedgerException">It will not succeed later.</exception>
    internal async Task<Exception?> TryOpenAsync(CancellationToken ct)
    {
        try
        {
            await OnceAsync(static (_, _) => Task.FromResult(true), isRepeated: false, ct).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (PostgresFaults.IsFault(e))
        {
            return PostgresFaults.MayPass(e) ? e : throw PostgresFaults.Translate(e, Opening);
        }
    }

    /// <summary>Does something on a connection, again and again while the database is out of reach.</summary>
    /// <param name="what">For the error: "the ledger could not …".</param>
    /// <param name="body">Does it in one statement or one transaction; safe to repeat.</param>
    /// <param name="ct">Ends the tries.</param>
    internal async Task<T> PatientlyAsync<T>(
        string what, Func<PostgresTry, CancellationToken, Task<T>> body, CancellationToken ct)
    {
        var started = _time.GetTimestamp();
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await OnceAsync(body, tries > 0, ct).ConfigureAwait(false);
            }
            catch (Exception e) when (PostgresFaults.IsFault(e))
            {
                if (!PostgresFaults.MayPass(e))
                {
                    throw PostgresFaults.Translate(e, what);
                }

                var pause = PostgresFaults.Pause(tries);
                if (_time.GetElapsedTime(started) + pause > _options.LedgerPatience)
                {
                    throw PostgresFaults.Unavailable(e, what, _time.GetElapsedTime(started));
                }

                if (tries == 0)
                {
                    Log.LedgerOutOfReach(_logger, what, _options.LedgerPatience, e.Message);
                }

                await Task.Delay(pause, _time, ct).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Asks the database once whether it is there.</summary>
    internal async Task PingAsync(CancellationToken ct)
    {
        var command = _source.Value.CreateCommand("SELECT 1");
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteScalarAsync(ct).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _gate.Dispose();
        if (_source.IsValueCreated)
        {
            await _source.Value.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<T> OnceAsync<T>(
        Func<PostgresTry, CancellationToken, Task<T>> body, bool isRepeated, CancellationToken ct)
    {
        var connection = await _source.Value.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            if (!_isOpen)
            {
                await MigrateAsync(connection, ct).ConfigureAwait(false);
            }

            return await body(new PostgresTry(connection, isRepeated), ct).ConfigureAwait(false);
        }
    }

    private async Task MigrateAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await _gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (!_isOpen)
            {
                var migrated = await PostgresMigrations.ApplyAsync(
                    connection, _options.PostgresSchema, PostgresMigrations.All, ct).ConfigureAwait(false);
                _isOpen = true;
                Log.DatabaseOpened(_logger, connection.Database, _options.PostgresSchema, migrated);
            }
        }
        finally
        {
            _gate.Release();
        }
    }
}
