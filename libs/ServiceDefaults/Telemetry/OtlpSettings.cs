using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Resources;

namespace KoopmanMesh.ServiceDefaults.Telemetry;

/// <summary>Where telemetry goes and who it is of.</summary>
internal static class OtlpSettings
{
    internal const string Traces = "TRACES";
    internal const string Metrics = "METRICS";
    internal const string Logs = "LOGS";

    /// <summary>Whether an endpoint is named for everything, or for this signal.</summary>
    internal static bool Exports(IConfiguration configuration, string signal) =>
        !string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])
        || !string.IsNullOrWhiteSpace(configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"]);

    /// <summary>
    /// Says which process it is of. The variables come last: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win over
    /// what the host says of itself.
    /// </summary>
    internal static void Describe(ResourceBuilder resource, HostInstance instance) => resource
        .AddService(instance.Service, serviceVersion: Version(), serviceInstanceId: instance.Name)
        .AddEnvironmentVariableDetector();

    private static string? Version() => typeof(OtlpSettings).Assembly.GetName().Version?.ToString(fieldCount: 3);
}
