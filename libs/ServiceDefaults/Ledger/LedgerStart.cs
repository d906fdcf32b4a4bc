using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Ledger.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>
/// A host whose ledger is a database starts once that is reached and its schema fits, so that one of an older version
/// never works on what it does not know. Files are opened by their first use.
/// </summary>
internal sealed class LedgerStart(IServiceProvider services, IOptions<StateOptions> options) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => options.Value.Ledger == LedgerKind.Postgres
        ? services.GetRequiredService<PostgresDatabase>().OpenAsync(cancellationToken)
        : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
