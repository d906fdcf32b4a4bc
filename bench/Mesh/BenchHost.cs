using KoopmanMesh.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.Bench.Mesh;

/// <summary>A host with the state of a mesh: PostgreSQL, and artifacts in a folder.</summary>
internal sealed class BenchHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private BenchHost(WebApplication app) => _app = app;

    public static Task<BenchHost> StartAsync(PostgresServer server, string root, CancellationToken ct) =>
        StartAsync(server, root, static _ => { }, ct);

    /// <summary>The same with settings and services of one's own.</summary>
    public static async Task<BenchHost> StartAsync(
        PostgresServer server, string root, Action<WebApplicationBuilder> configure, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["Hosting:Listen"] = "127.0.0.1:0";
        builder.Configuration["State:Root"] = root;
        builder.Configuration["State:Ledger"] = "Postgres";
        builder.Configuration["State:Postgres"] = server.ConnectionString;
        // Nobody shall find lost what is measured here.
        builder.Configuration["Work:ReconcileInterval"] = "01:00:00";
        configure(builder);
        builder.AddServiceDefaults("bench");
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapServiceDefaults();
        await app.StartAsync(ct);
        return new BenchHost(app);
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
