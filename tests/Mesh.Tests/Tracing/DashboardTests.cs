using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using KoopmanMesh.Capture;
using KoopmanMesh.Credit;
using KoopmanMesh.Koopman;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using YamlDotNet.RepresentationModel;

namespace KoopmanMesh.Mesh.Tests.Tracing;

/// <summary>The dashboard and the alerts ask for what the services tell, and nothing else.</summary>
public sealed partial class DashboardTests
{
    // Of .NET's own meters, of the kubelet and of kube-state-metrics.
    private static readonly string[] _others =
    [
        "dotnet_process_memory_working_set_bytes", "http_server_request_duration_seconds_bucket",
        "container_memory_working_set_bytes", "kube_pod_container_resource_limits",
    ];

    private static readonly Assembly[] _assemblies =
    [
        typeof(ServiceDefaultsExtensions).Assembly, typeof(CaptureHosting).Assembly, typeof(KoopmanHosting).Assembly,
        typeof(CreditHosting).Assembly,
    ];

    [Fact]
    public void Dashboard_AsksForMetricsThatThereAre()
    {
        using var dashboard = JsonDocument.Parse(Read("grafana/koopmanmesh.json"));

        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        var targets = panels.Where(static p => p.GetProperty("type").GetString() != "row")
            .SelectMany(static p => p.GetProperty("targets").EnumerateArray());
        var names = targets.SelectMany(static t => NamesIn(t.GetProperty("expr").GetString()!)).ToHashSet();

        Assert.Empty(names.Except(Exposed()).Except(_others));
        Assert.True(names.Count > 20, $"the dashboard shows {names.Count} metrics");
        Assert.Equal(panels.Count, panels.Select(static p => p.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(panels, static p =>
        {
            var place = p.GetProperty("gridPos");
            Assert.InRange(place.GetProperty("x").GetInt32() + place.GetProperty("w").GetInt32(), 1, 24);
        });
    }

    [Fact]
    public void Rules_AreCompleteAndAskForMetricsThatThereAre()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(Read("prometheus-rules.yaml")));
        var groups = (YamlSequenceNode)yaml.Documents[0].RootNode["groups"];
        var rules = groups.SelectMany(static g => (YamlSequenceNode)g["rules"]).ToList();

        Assert.All(rules, static rule =>
        {
            Assert.Matches("^KoopmanMesh[A-Za-z]+$", rule["alert"].ToString());
            Assert.Contains(rule["labels"]["severity"].ToString(), new[] { "warning", "critical" });
            Assert.NotEmpty(rule["annotations"]["summary"].ToString());
            AssertBalanced(rule["expr"].ToString());
        });
        Assert.Equal(rules.Count, rules.Select(static r => r["alert"].ToString()).Distinct().Count());
        Assert.Empty(rules.SelectMany(static r => NamesIn(r["expr"].ToString())).Except(Exposed()).Except(_others));
    }

    [Fact]
    public void Documentation_NamesEveryInstrumentWithItsUnit()
    {
        var text = File.ReadAllText(Path.Combine(RepositoryRoot.Folder, "docs/observability.md"));

        Assert.All(Instruments(), i => Assert.True(
            text.Contains($"`{i.Name}` | {(i.Unit is null ? "" : i.Unit)}", StringComparison.Ordinal),
            $"docs/observability.md has no row `{i.Name}` | {i.Unit}"));
    }

    private static void AssertBalanced(string expression)
    {
        Assert.NotEmpty(expression);
        foreach (var (open, close) in new[] { ('(', ')'), ('{', '}'), ('[', ']') })
        {
            Assert.Equal(expression.Count(c => c == open), expression.Count(c => c == close));
        }
    }

    /// <summary>Names of the metrics in an expression: identifiers of ours and others', outside of strings.</summary>
    private static IEnumerable<string> NamesIn(string expression) => Identifier()
        .Matches(Labels().Replace(expression, " "))
        .Select(static m => m.Value)
        .Where(static n => n.StartsWith("koopmanmesh_", StringComparison.Ordinal) || _others.Contains(n)
            || n.Contains("_total", StringComparison.Ordinal) || n.EndsWith("_bucket", StringComparison.Ordinal));

    /// <summary>Every instrument as OTLP's rules name it in Prometheus.</summary>
    private static HashSet<string> Exposed() => [.. Instruments().SelectMany(static i => PrometheusNames(i))];

    private static IEnumerable<string> PrometheusNames(Instrument instrument)
    {
        var unit = instrument.Unit switch { "s" => "seconds", "By" => "bytes", _ => "" };
        var name = instrument.Name.Replace('.', '_');
        name = unit.Length == 0 || name.Split('_').Contains(unit) ? name : $"{name}_{unit}";
        var type = instrument.GetType().Name;
        return type switch
        {
            _ when type.StartsWith("Counter", StringComparison.Ordinal) => [$"{name}_total"],
            _ when type.StartsWith("Histogram", StringComparison.Ordinal) =>
                [$"{name}_bucket", $"{name}_sum", $"{name}_count"],
            _ => [name],
        };
    }

    private static List<Instrument> Instruments()
    {
        List<Instrument> found = [];
        foreach (var type in _assemblies.SelectMany(static a => a.GetTypes())
            .Where(static t => t.Name.EndsWith("Telemetry", StringComparison.Ordinal)))
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }

        using var host = HostWithGauges();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name.StartsWith("KoopmanMesh.", StringComparison.Ordinal))
                {
                    found.Add(instrument);
                }
            },
        };
        listener.Start();
        Assert.NotEmpty(found);
        return [.. found.DistinctBy(static i => i.Name)];
    }

    // Gauges are instruments of a host, the others of the process.
    private static IHost HostWithGauges()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["State:Root"] = Path.Combine(Path.GetTempPath(), "koopmanmesh-never-made");
        builder.AddServiceDefaults("capture");
        var host = builder.Build();
        _ = host.Services.GetServices<IHostedService>().Count();
        return host;
    }

    private static string Read(string file) =>
        File.ReadAllText(Path.Combine(RepositoryRoot.Folder, "deploy/observability", file));

    [GeneratedRegex(@"\{[^}]*\}|\b(?:by|without|on|ignoring)\s*\([^)]*\)|""[^""]*""")]
    private static partial Regex Labels();

    [GeneratedRegex("[a-zA-Z_][a-zA-Z0-9_]*")]
    private static partial Regex Identifier();
}
