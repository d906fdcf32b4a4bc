using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace KoopmanMesh.ServiceDefaults.Telemetry;

/// <summary>
/// Exports traces and metrics by OTLP for as long as the host lives, when the standard variables name an endpoint;
/// costs nothing otherwise. Made before anything else starts, flushed after everything else has stopped. The
/// exporters read the other OTEL_* variables (protocol, headers, sampler, service name, resource attributes)
/// themselves.
/// </summary>
internal sealed class TelemetryLifetime(
    string serviceName, IConfiguration configuration, ILogger<TelemetryLifetime> logger)
    : IHostedLifecycleService, IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

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
        var traces = IsSet(Endpoint) || IsSet(TracesEndpoint);
        var metrics = IsSet(Endpoint) || IsSet(MetricsEndpoint);
        if (traces || metrics)
        {
            _sdk = OpenTelemetrySdk.Create(sdk => Configure(sdk, traces, metrics));
            Log.TelemetryExported(logger, serviceName);
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

    private bool IsSet(string variable) => !string.IsNullOrWhiteSpace(configuration[variable]);

    private void Configure(IOpenTelemetryBuilder sdk, bool traces, bool metrics)
    {
        // The variables come last: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win over what the host says of
        // itself.
        sdk.ConfigureResource(
            r => r.AddService(serviceName, serviceVersion: Version()).AddEnvironmentVariableDetector());
        if (traces)
        {
            sdk.WithTracing(static t => t.AddSource(_sources).AddOtlpExporter());
        }

        if (metrics)
        {
            sdk.WithMetrics(static m => m.AddMeter(_meters).AddOtlpExporter());
        }
    }

    private static string? Version() => typeof(TelemetryLifetime).Assembly.GetName().Version?.ToString(fieldCount: 3);
}
