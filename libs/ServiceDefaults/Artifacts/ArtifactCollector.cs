using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>Collects artifacts now and then, as long as the host runs.</summary>
internal sealed class ArtifactCollector(
    ArtifactSweep collection, IOptions<ArtifactCollectionOptions> options, TimeProvider time,
    ILogger<ArtifactCollector> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (retention, interval) = (options.Value.ArtifactRetention, options.Value.CollectInterval);
        if (retention == TimeSpan.Zero)
        {
            return;
        }

        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                var done = await collection.CollectAsync(new CollectionPlan(retention, interval), stoppingToken)
                    .ConfigureAwait(false);
                Log.ArtifactsCollected(
                    logger, done.Discarded, done.DiscardedBytes, done.Deleted, done.DeletedBytes, done.Kept);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // A ledger or volume that is away is tried again at the next tick.
                Log.CollectionFailed(logger, e);
            }
        }
    }
}
