using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Telemetry;

/// <summary>Deletes kept traces that are older than wanted. Processes that share the folder may all do so.</summary>
internal sealed class TraceSweeper(
    IOptions<StateOptions> state, IOptions<TelemetryOptions> options, TimeProvider time, ILogger<TraceSweeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromHours(1);

    /// <summary>Deletes what is too old now; returns how many traces.</summary>
    internal int Sweep()
    {
        var folder = new DirectoryInfo(SpanFiles.FolderOf(state.Value));
        var oldest = (time.GetUtcNow() - options.Value.TraceRetention).UtcDateTime;
        var swept = 0;
        foreach (var trace in folder.Exists ? folder.EnumerateDirectories() : [])
        {
            var newest = trace.EnumerateFiles().Select(static f => f.LastWriteTimeUtc)
                .Append(trace.LastWriteTimeUtc).Max();
            if (newest < oldest)
            {
                trace.Delete(recursive: true);
                swept++;
            }
        }

        return swept;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, time);
        do
        {
            try
            {
                Sweep();
            }
            catch (Exception e) when (StorageFaults.IsFault(e))
            {
                // Another process may sweep the same trace; what is left is found next time.
                Log.TracesNotSwept(logger, e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }
}
