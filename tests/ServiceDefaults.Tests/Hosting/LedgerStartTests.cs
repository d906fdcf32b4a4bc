using KoopmanMesh.Servers;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Ledger.Postgres;
using KoopmanMesh.ServiceDefaults.Tests.Ledger;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Tests.Hosting;

/// <summary>Hosts that wait for their ledger's database, as the service programs do.</summary>
public sealed class LedgerStartTests(PostgresOutageTests.OwnServer own)
    : IClassFixture<PostgresOutageTests.OwnServer>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLoggerProvider _logs = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private PostgresServer Server => own.Server;

    public void Dispose()
    {
        _folder.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public async Task AHostThatWaits_StartsWhileTheDatabaseIsAway_AndIsReadyOnceItIsThere()
    {
        using var host = NewHost();
        await Server.StopAsync(Ct);

        await host.StartAsync(Ct);

        var away = await CheckAsync(host);
        await Server.RestartAsync(Ct);
        while ((await CheckAsync(host)).Status != HealthStatus.Healthy)
        {
            await Task.Yield();
        }

        var runs = host.Services.GetRequiredService<IRunLedger>();
        Assert.NotEmpty((await runs.CreateOrGetAsync(LedgerHost.Request(), Ct)).Run.RunId);
        await host.StopAsync(Ct);
        Assert.Equal(
            (HealthStatus.Unhealthy, "the ledger's database is out of reach"), (away.Status, away.Description));
        Assert.Null(host.Services.GetRequiredService<LedgerStart>().Failure);
        var (level, message) = Assert.Single(_logs.Entries, static l => l.Level >= LogLevel.Warning);
        Assert.Equal(LogLevel.Warning, level);
        Assert.StartsWith("Ledger's database is out of reach since the start", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AHostThatWaits_StopsWhenItIsTold()
    {
        using var host = NewHost();
        await Server.StopAsync(Ct);
        await host.StartAsync(Ct);

        await host.StopAsync(Ct);

        Assert.Null(host.Services.GetRequiredService<LedgerStart>().Failure);
        await Server.RestartAsync(Ct);
    }

    [Fact]
    public async Task AHostThatWaits_EndsWhenTheDatabaseThatComesIsOfANewerProgram()
    {
        var schema = PostgresOfTests.NewSchema();
        await MakeNewerAsync(schema);
        using var host = NewHost(("State:PostgresSchema", schema));
        await Server.StopAsync(Ct);
        await host.StartAsync(Ct);
        var stopping = new TaskCompletionSource();
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);

        await Server.RestartAsync(Ct);
        await stopping.Task.WaitAsync(Ct);

        var e = Assert.IsType<RunLedgerException>(host.Services.GetRequiredService<LedgerStart>().Failure);
        Assert.Equal("LEDGER_NEWER", e.Reason);
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task AHostThatWaits_DoesNotWaitForWhatWillNotPass()
    {
        var wrong = Server.ConnectionString.Replace("s3cret", "wr0ng", StringComparison.Ordinal);
        using var host = NewHost(("State:Postgres", wrong));

        var e = await Assert.ThrowsAsync<RunLedgerException>(() => host.StartAsync(Ct));

        Assert.StartsWith("the ledger could not be opened: its database says 28P01", e.Message, StringComparison.Ordinal);
    }

    private static async Task<HealthReportEntry> CheckAsync(IHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ct)).Entries["ledger"];

    private async Task MakeNewerAsync(string schema)
    {
        await using var ledger = new PostgresLedgerHost(
            Server, new() { Postgres = Server.ConnectionString, PostgresSchema = schema });
        await ledger.Database.OpenAsync(Ct);
        await ledger.ExecuteAsync(
            "INSERT INTO schema_versions (version, needs) VALUES ($1, $1)", Ct, PostgresMigrations.All.Count + 1);
    }

    private IHost NewHost(params (string Name, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["State:Root"] = _folder.Path;
        builder.Configuration["State:Ledger"] = "Postgres";
        builder.Configuration["State:Postgres"] = Server.ConnectionString;
        builder.Configuration["State:PostgresSchema"] = PostgresOfTests.NewSchema();
        foreach (var (name, value) in settings)
        {
            builder.Configuration[name] = value;
        }

        builder.Logging.AddProvider(_logs).AddFilter("Microsoft", LogLevel.None);
        builder.Services.AddHealthChecks();
        builder.Services.AddState().Configure<LedgerStartOptions>(static o => o.Waits = true);
        return builder.Build();
    }
}
