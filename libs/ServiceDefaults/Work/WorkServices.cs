using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Ledger;
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
}
