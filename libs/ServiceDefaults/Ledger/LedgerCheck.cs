using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Ledger.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>A host is not ready while the ledger's database is out of reach; it lives, and waits.</summary>
internal sealed class LedgerCheck(PostgresDatabase database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            await database.PingAsync(cancellationToken).ConfigureAwait(false);
            return database.IsOpen
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("the ledger's database is there and is not opened yet");
        }
        catch (Exception e) when (PostgresFaults.IsFault(e))
        {
            return HealthCheckResult.Unhealthy("the ledger's database is out of reach", e);
        }
    }

    /// <summary>Registers the check where the ledger is a database.</summary>
    internal sealed class Registration(IOptions<StateOptions> state) : IConfigureOptions<HealthCheckServiceOptions>
    {
        public void Configure(HealthCheckServiceOptions options)
        {
            if (state.Value.Ledger == LedgerKind.Postgres)
            {
                options.Registrations.Add(new HealthCheckRegistration(
                    "ledger",
                    static s => ActivatorUtilities.CreateInstance<LedgerCheck>(s),
                    failureStatus: null,
                    tags: null,
                    timeout: state.Value.PostgresTimeout));
            }
        }
    }
}
