using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Ledger.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>What a host does whose ledger's database is out of reach when it starts.</summary>
internal sealed class LedgerStartOptions
{
    /// <summary>
    /// It starts, is not ready, and goes on trying, as when the database goes away later. Default: false, it tries for
    /// <c>State:LedgerPatience</c> and does not start.
    /// </summary>
    public bool Waits { get; set; }
}

/// <summary>
/// Opens the ledger of a host where it is a database, so that one whose schema is too new ends the host and not its
/// first call. Files are opened by their first use.
/// </summary>
internal sealed class LedgerStart(
    IServiceProvider services, IOptions<StateOptions> state, IOptions<LedgerStartOptions> options,
    IHostApplicationLifetime lifetime, TimeProvider time, ILogger<LedgerStart> logger) : IHostedService, IDisposable
{
    // Between two log lines that it still waits.
    private static readonly TimeSpan _reminder = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private Task _opening = Task.CompletedTask;

    /// <summary>Why the ledger will not be opened, however long the host waits; it has been told to stop.</summary>
    internal Exception? Failure { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (state.Value.Ledger != LedgerKind.Postgres)
        {
            return;
        }

        var database = services.GetRequiredService<PostgresDatabase>();
        if (!options.Value.Waits)
        {
            await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (await database.TryOpenAsync(cancellationToken).ConfigureAwait(false) is { } away)
        {
            _opening = OpenAsync(database, away, _stop.Token);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stop.Dispose();

    private async Task OpenAsync(PostgresDatabase database, Exception away, CancellationToken ct)
    {
        try
        {
            var since = time.GetTimestamp();
            var told = TimeSpan.Zero;
            Log.LedgerAwaited(logger, told, away.Message);
            for (var tries = 0; ; tries++)
            {
                await Task.Delay(PostgresFaults.Pause(tries), time, ct).ConfigureAwait(false);
                if (await database.TryOpenAsync(ct).ConfigureAwait(false) is not { } stillAway)
                {
                    return;
                }

                if (time.GetElapsedTime(since) is var waited && waited - told >= _reminder)
                {
                    Log.LedgerAwaited(logger, told = waited, stillAway.Message);
                }
            }
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            Failure = e;
            lifetime.StopApplication();
        }
    }
}
