using System.Collections.Concurrent;
using System.Text;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Messaging;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Tests.Hosting;

/// <summary>Runs alone: it sets variables of the process that other hosts would heed.</summary>
[CollectionDefinition(nameof(TelemetryTests), DisableParallelization = true)]
public sealed class TelemetryRunsAlone;

[Collection(nameof(TelemetryTests))]
public sealed class TelemetryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Host_WithAnOtlpEndpoint_ExportsTracesMetricsAndLogsBeforeItEnds()
    {
        await using var collector = await Collector.StartAsync();

        await RunHostAsync(new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_SERVICE_NAME"] = "named-by-the-user",
        });

        var traces = Assert.Contains("/v1/traces", collector.Bodies);
        var metrics = Assert.Contains("/v1/metrics", collector.Bodies);
        Assert.Contains("publish koopmanmesh.run.v1.run-cancelled", traces, StringComparison.Ordinal);
        Assert.Contains("named-by-the-user", traces, StringComparison.Ordinal);
        Assert.Contains("koopmanmesh.event.published", metrics, StringComparison.Ordinal);
        // Nothing was parked, and that is told.
        Assert.Contains("koopmanmesh.work.parked", metrics, StringComparison.Ordinal);
        var logs = Assert.Contains("/v1/logs", collector.Bodies);
        Assert.Contains("Event bus stopped", logs, StringComparison.Ordinal);
        Assert.Contains("service.instance.id", logs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_WithoutAnEndpoint_ExportsNothing()
    {
        await using var collector = await Collector.StartAsync();

        await RunHostAsync([]);

        Assert.Empty(collector.Bodies);
    }

    private static async Task RunHostAsync(Dictionary<string, string> variables)
    {
        // The exporters read the process's own variables.
        foreach (var (name, value) in variables)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        using var folder = new TemporaryFolder();
        try
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Configuration.AddEnvironmentVariables();
            builder.Configuration["State:Root"] = folder.Path;
            builder.AddServiceDefaults("named-by-the-host");
            using var host = builder.Build();
            await host.StartAsync(Ct);
            await host.Services.GetRequiredService<IEventBus>().PublishAsync(new RunCancelled("r-1"), Ct);
            await host.StopAsync(Ct);
        }
        finally
        {
            foreach (var name in variables.Keys)
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }
    }

    /// <summary>Takes OTLP over HTTP and keeps each body as text: protobuf leaves strings readable.</summary>
    private sealed class Collector(WebApplication app) : IAsyncDisposable
    {
        public ConcurrentDictionary<string, string> Bodies { get; } = new();

        public string Address => app.Urls.First();

        public static async Task<Collector> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var collector = new Collector(builder.Build());
            await collector.ListenAsync();
            return collector;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private Task ListenAsync()
        {
            app.Run(async context =>
            {
                using var reader = new StreamReader(context.Request.Body, Encoding.Latin1);
                var body = await reader.ReadToEndAsync(context.RequestAborted);
                Bodies.AddOrUpdate(context.Request.Path, body, (_, before) => before + body);
            });
            return app.StartAsync(Ct);
        }
    }
}
