using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Ledger;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>What everything that deals with work needs.</summary>
internal sealed record WorkServices(
    IRunLedger Runs,
    IWorkLedger Work,
    ErrorCatalog Errors,
    HostInstance Instance,
    IOptions<WorkOptions> Settings,
    TimeProvider Time)
{
    internal WorkOptions Options => Settings.Value;

    /// <summary>Gives work up for good, and says so if nobody did before.</summary>
    internal async Task ParkAsync(WorkKey key, int attempts, string why, ILogger logger, CancellationToken ct)
    {
        if (await Work.ParkAsync(key, why, ct).ConfigureAwait(false))
        {
            WorkTelemetry.Parked.Add(1, WorkTelemetry.Kind(key.Kind));
            Log.WorkParked(logger, key.Name, key.RunId, attempts, why);
        }
    }
}
