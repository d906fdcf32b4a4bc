using System.Reflection;
using KoopmanMesh.Deploy.Tests.Rendering;
using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.Extensions.Configuration;

namespace KoopmanMesh.Deploy.Tests.Policies;

/// <summary>A setting is one that some service reads, and a value that it can read.</summary>
internal static class SettingPolicies
{
    public static IReadOnlyList<Policy> All { get; } =
    [
        new("settings", UnknownSettings),
        new("settings-files", FilesThatAreNotMounted),
        new("instance", OtherInstances),
    ];

    /// <summary>Not options of ours: read by OpenTelemetry, Dapr's client, OpenBLAS, or other values.</summary>
    private static readonly string[] _others =
    [
        "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_RESOURCE_ATTRIBUTES", "DAPR_API_TOKEN", "APP_API_TOKEN",
        "OPENBLAS_NUM_THREADS", "POD_NAME", "POD_NAMESPACE",
    ];

    private static readonly ILookup<string, Type> _options = Services.Assemblies.Values
        .Append(typeof(StateOptions).Assembly)
        .SelectMany(a => a.GetTypes())
        .Select(t => (Type: t, Section: t.GetField("SectionName", BindingFlags.Public | BindingFlags.Static)))
        .Where(t => t.Section is not null)
        .ToLookup(t => (string)t.Section!.GetRawConstantValue()!, t => t.Type, StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<string> UnknownSettings(Cluster cluster) =>
        from workload in cluster.OfKind("Deployment")
        from setting in workload.Containers.SelectMany(cluster.Settings).Distinct()
        where !_others.Contains(setting.Key)
        let fault = Fault(setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value)
        where fault is not null
        select $"{workload} sets {setting.Key}={setting.Value}: {fault}";

    /// <summary>Why no options type can take the setting, or nothing where one can.</summary>
    private static string? Fault(string key, string value)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create<string, string?>(key, value)]).Build();
        var section = key.Split(':')[0];
        var fault = $"no options have section {section}";
        foreach (var type in _options[section])
        {
            try
            {
                configuration.GetSection(section).Get(type, o => o.ErrorOnUnknownConfiguration = true);
                return null;
            }
            catch (InvalidOperationException e)
            {
                fault = e.Message;
            }
        }

        return fault;
    }

    /// <summary>A file that a setting names lies in a volume.</summary>
    private static IEnumerable<string> FilesThatAreNotMounted(Cluster cluster) =>
        from workload in cluster.OfKind("Deployment")
        from container in workload.Containers
        from setting in cluster.Settings(container)
        where setting.Value.StartsWith("/var/", StringComparison.Ordinal)
            && !Nodes.Objects(container["volumeMounts"]).Any(m => IsWithin(setting.Value, m["mountPath"]!.ToString()))
        select $"{workload} names {setting.Key}={setting.Value}, which lies in no volume";

    /// <summary>Metrics name an instance as the ledger names an owner, unless settings of OpenTelemetry do.</summary>
    private static IEnumerable<string> OtherInstances(Cluster cluster) =>
        from workload in cluster.OfKind("Deployment")
        from setting in workload.Containers.SelectMany(cluster.Settings)
        where setting.Key == "OTEL_RESOURCE_ATTRIBUTES"
            && setting.Value.Contains("service.instance.id", StringComparison.Ordinal)
        select $"{workload} has another instance in telemetry than in the ledger: {setting.Value}";

    private static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);
}
