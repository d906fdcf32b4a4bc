using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Logs;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers traces, metrics and logs.</summary>
internal static class TelemetryServiceCollectionExtensions
{
    /// <summary>
    /// Adds them; call it before anything else that is hosted, so that telemetry starts before and stops after it.
    /// </summary>
    internal static IHostApplicationBuilder AddTelemetry(this IHostApplicationBuilder builder, string serviceName)
    {
        var services = builder.Services;
        services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(s => HostInstance.New(
            serviceName,
            s.GetRequiredService<IOptions<HostingOptions>>().Value.Instance
                ?? s.GetRequiredService<IConfiguration>()["HOSTNAME"]));
        services.AddSingleton<SpanFiles>();
        services.AddSingleton(static s => new TraceReader(s.GetRequiredService<IOptions<StateOptions>>()));
        services.AddHostedService<TelemetryLifetime>();
        services.AddHostedService<TraceSweeper>();
        services.AddSingleton<IStartupFilter, CallSpans.Filter>();
        AddLogs(builder);
        return builder;
    }

    private static void AddLogs(IHostApplicationBuilder builder)
    {
        if (OtlpSettings.Exports(builder.Configuration, OtlpSettings.Logs))
        {
            builder.Logging.AddOpenTelemetry(static logs =>
            {
                logs.IncludeFormattedMessage = true;
                logs.AddOtlpExporter();
            });
            builder.Services.ConfigureOpenTelemetryLoggerProvider(static (services, logs) => logs
                .ConfigureResource(r => OtlpSettings.Describe(r, services.GetRequiredService<HostInstance>())));
        }
    }
}
