using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace KoopmanMesh.ServiceDefaults.Telemetry;

/// <summary>
/// Keeps the spans of runs, and exports traces and metrics by OTLP when the standard variables name an endpoint, for as
/// long as the host lives. Made before anything else starts, flushed after everything else has stopped. The exporters
/// and the sampler read the other OTEL_* variables themselves.
/// </summary>
internal sealed class TelemetryLifetime(
    HostInstance instance, SpanFiles files, IOptions<TelemetryOptions> options, TimeProvider time,
    IConfiguration configuration, ILogger<TelemetryLifetime> logger)
    : IHostedLifecycleService, IDisposable
{
    private const string ExportDelay = "OTEL_BSP_SCHEDULE_DELAY";

    // A killed process takes with it what it has not exported: seconds, by OpenTelemetry's own default.
    private const int ExportDelayMilliseconds = 1000;

    private static readonly string[] _sources = ["KoopmanMesh.*", "Microsoft.AspNetCore", "System.Net.Http"];
    private static readonly string[] _meters =
    [
        "KoopmanMesh.*",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Net.Http",
        "System.Runtime",
    ];

    private OpenTelemetrySdk? _sdk;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var traces = OtlpSettings.Exports(configuration, OtlpSettings.Traces);
        var metrics = OtlpSettings.Exports(configuration, OtlpSettings.Metrics);
        if (traces || metrics || options.Value.KeepTraces)
        {
            _sdk = OpenTelemetrySdk.Create(sdk => Configure(sdk, traces, metrics));
        }

        if (metrics)
        {
            CounterStarts.Tell();
        }

        if (traces || metrics)
        {
            Log.TelemetryExported(logger, instance.Service);
        }

        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        // Flushes what is queued, within the exporter's own timeout, and ends.
        _sdk?.Dispose();
        _sdk = null;
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _sdk?.Dispose();

    private void Configure(IOpenTelemetryBuilder sdk, bool traces, bool metrics)
    {
        sdk.Services.AddSingleton(configuration);
        sdk.ConfigureResource(r => OtlpSettings.Describe(r, instance));
        if (traces || options.Value.KeepTraces)
        {
            sdk.WithTracing(t => Trace(t, traces));
        }

        if (metrics)
        {
            sdk.WithMetrics(static m => m.AddMeter(_meters).AddOtlpExporter());
        }
    }

    private void Trace(TracerProviderBuilder tracing, bool export)
    {
        tracing.AddSource(_sources);
        if (options.Value.KeepTraces)
        {
            tracing.AddProcessor(_ => new SpanRecorder(instance, files, time));
        }

        if (export)
        {
            tracing.AddOtlpExporter(exporter =>
            {
                if (string.IsNullOrEmpty(configuration[ExportDelay]))
                {
                    exporter.BatchExportProcessorOptions.ScheduledDelayMilliseconds = ExportDelayMilliseconds;
                }
            });
        }
    }
}
