using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using KoopmanMesh.ServiceDefaults.Work;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

public sealed class HostedLedgerTests(PostgresOfTests postgres) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AHost_KeepsItsLedgerWhereItIsTold_AndIsHealthyWhileItIsThere()
    {
        var schema = PostgresOfTests.NewSchema();
        using var first = await HostAsync(schema);
        using var second = await HostAsync(schema);
        await first.StartAsync(Ct);
        await second.StartAsync(Ct);

        var run = (await Runs(first).CreateOrGetAsync(LedgerHost.Request("key"), Ct)).Run;

        Assert.Equal(run.RunId, (await Runs(second).GetAsync(run.RunId, Ct)).RunId);
        Assert.Empty(await second.Services.GetRequiredService<IWorkLedger>().ListAsync(run.RunId, Ct));
        Assert.IsType<DirectoryArtifactStore>(first.Services.GetRequiredService<IArtifactStore>());
        var health = await first.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ct);
        Assert.Equal((HealthStatus.Healthy, "ledger"), (health.Status, Assert.Single(health.Entries.Keys)));
        await first.StopAsync(Ct);
        await second.StopAsync(Ct);
    }

    [Fact]
    public async Task AHost_WhoseDatabaseIsAway_DoesNotStart()
    {
        using var host = await HostAsync(
            PostgresOfTests.NewSchema(), ("State:Postgres", "Host=127.0.0.1;Port=1;Username=k;Password=s3cret"),
            ("State:LedgerPatience", "00:00:00.1"));

        var e = await Assert.ThrowsAsync<RunLedgerException>(() => host.StartAsync(Ct));

        Assert.Equal(RunLedgerException.Unavailable, e.Reason);
        Assert.StartsWith("the ledger could not be opened: its database was out of reach for", e.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AHost_WithWrongSettings_NamesThemAndDoesNotStart()
    {
        using var host = await HostAsync("1st", ("State:Postgres", ""), ("State:PostgresConnections", "0"));

        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Ct));

        Assert.Equal(3, e.Failures.Count());
    }

    private static IRunLedger Runs(IHost host) => host.Services.GetRequiredService<IRunLedger>();

    private async Task<IHost> HostAsync(string schema, params (string Name, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        Dictionary<string, string?> all = new()
        {
            ["State:Root"] = _folder.Path,
            ["State:Ledger"] = "Postgres",
            ["State:Postgres"] = (await postgres.ServerAsync()).ConnectionString,
            ["State:PostgresSchema"] = schema,
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        builder.Configuration.AddInMemoryCollection(all);
        builder.Services.AddHealthChecks();
        builder.Services.AddState();
        return builder.Build();
    }
}
