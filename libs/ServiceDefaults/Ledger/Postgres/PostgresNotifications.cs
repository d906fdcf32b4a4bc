using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace KoopmanMesh.ServiceDefaults.Ledger.Postgres;

/// <summary>
/// Hears of changes that any process makes, on one connection for all of this process's watchers, from the first of
/// them on. It says only that there is something to look for: after a gap everybody is told to look.
/// </summary>
internal sealed class PostgresNotifications(
    IOptions<StateOptions> options, TimeProvider time, ILogger<PostgresNotifications> logger) : IAsyncDisposable
{
    private const string Ended = "ended ";

    // A peer that is gone without a word is found out by asking.
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Watch> _watches = [];
    private Task? _listening;

    /// <summary>A signal for every change of a run.</summary>
    internal Watch WatchRun(string runId) => Add(runId);

    /// <summary>A signal for every run that ends.</summary>
    internal Watch WatchEndings() => Add(null);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await (_listening ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private Watch Add(string? runId)
    {
        var watch = new Watch(this, runId);
        lock (_watches)
        {
            _watches.Add(watch);
            _listening ??= Task.Run(ListenAlwaysAsync);
        }

        return watch;
    }

    private async Task ListenAlwaysAsync()
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                await ListenAsync(() => failures = 0, _stop.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (!_stop.IsCancellationRequested)
            {
                // Whatever it was: without this loop watchers would only ever look by the clock.
                if (failures == 0)
                {
                    Log.NotificationsLost(logger, e.Message);
                }

                await Task.Delay(PostgresFaults.Pause(failures), time, _stop.Token).ConfigureAwait(false);
            }
        }
    }

    private async Task ListenAsync(Action listening, CancellationToken ct)
    {
        var connection = new NpgsqlConnection(PostgresSettings.Listening(options.Value));
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync(ct).ConfigureAwait(false);
            connection.Notification += (_, e) => Tell(e.Payload);
            await connection.Sql($"LISTEN {PostgresSettings.Quoted(options.Value.PostgresSchema)}").RunAsync(ct).ConfigureAwait(false);
            listening();
            TellAll();
            while (true)
            {
                if (!await connection.WaitAsync(_silence, ct).ConfigureAwait(false))
                {
                    await connection.Sql(RunSql.Now).RunAsync(ct).ConfigureAwait(false);
                }
            }
        }
    }

    private void Tell(string payload)
    {
        var runId = payload[(payload.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        var ended = payload.StartsWith(Ended, StringComparison.Ordinal);
        lock (_watches)
        {
            foreach (var watch in _watches.Where(w => w.RunId is null ? ended : w.RunId == runId))
            {
                watch.Set();
            }
        }
    }

    private void TellAll()
    {
        lock (_watches)
        {
            _watches.ForEach(static w => w.Set());
        }
    }

    /// <summary>One watcher's signal. Signals that nobody has waited for count as one.</summary>
    internal sealed class Watch(PostgresNotifications owner, string? runId) : IDisposable
    {
        private readonly SemaphoreSlim _signal = new(0, 1);

        /// <summary>The run, or null for the endings of all.</summary>
        internal string? RunId => runId;

        /// <summary>Waits for a signal, no longer than so long.</summary>
        internal Task WaitAsync(TimeSpan longest, CancellationToken ct) => _signal.WaitAsync(longest, ct);

        /// <summary>Called under the owner's lock.</summary>
        internal void Set()
        {
            if (_signal.CurrentCount == 0)
            {
                _signal.Release();
            }
        }

        public void Dispose()
        {
            lock (owner._watches)
            {
                owner._watches.Remove(this);
            }

            _signal.Dispose();
        }
    }
}
