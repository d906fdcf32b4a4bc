using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Health;

/// <summary>Runs the registered health checks again and again.</summary>
internal sealed class ReadinessChecks(
    HealthCheckService checks,
    IOptions<HealthCheckServiceOptions> registered,
    IOptions<HealthOptions> options,
    TimeProvider time)
{
    /// <summary>Hands every round's report to <paramref name="tell"/>; one alone where nothing is registered.</summary>
    public async Task RunAsync(Action<HealthReport> tell, CancellationToken cancellationToken)
    {
        if (registered.Value.Registrations.Count == 0)
        {
            tell(new HealthReport(new Dictionary<string, HealthReportEntry>(), TimeSpan.Zero));
            return;
        }

        try
        {
            using var rounds = new PeriodicTimer(options.Value.CheckPeriod, time);
            do
            {
                tell(await checks.CheckHealthAsync(cancellationToken).ConfigureAwait(false));
            }
            while (await rounds.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
