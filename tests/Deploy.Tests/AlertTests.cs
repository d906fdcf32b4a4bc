using System.Text.RegularExpressions;
using KoopmanMesh.Deploy.Tests.Policies;
using KoopmanMesh.Deploy.Tests.Rendering;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.Deploy.Tests;

/// <summary>Alerts fire when they should, and ask for what there is.</summary>
public sealed partial class AlertTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Folder => Path.Combine(Repository.Root, "deploy", "observability");

    /// <summary>Of the machine, or as eng/deps.sh test fetches it; skips, with the reason, without.</summary>
    private static string Promtool
    {
        get
        {
            var fetched = Path.Combine(Repository.Root, "artifacts", "tools", "promtool");
            var found = Command.OnPath("promtool") ?? (File.Exists(fetched) ? fetched : null);
            Assert.SkipWhen(found is null, "promtool is not on this machine: nothing says whether alerts fire");
            return found;
        }
    }

    [Fact]
    public async Task Alerts_TriedOut_FireWhenTheyShouldAndOnlyThen()
    {
        var (code, output, error) = await Command.TryRunAsync(
            Promtool, ["test", "rules", Path.Combine(Folder, "prometheus-rules.test.yaml")], Token);

        Assert.True(code == 0, output + error);
    }

    [Fact]
    public async Task Configuration_WithTheRules_IsOneThatPrometheusTakes()
    {
        var (code, output, error) = await Command.TryRunAsync(
            Promtool, ["check", "config", Path.Combine(Folder, "prometheus.yaml")], Token);

        Assert.True(code == 0, output + error);
        var rules = Alert().Count(await ReadAsync("prometheus-rules.yaml"));
        Assert.Contains($"{rules} rules found", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryAlert_IsTriedOut_WhereItFiresAndWhereItDoesNot()
    {
        var rules = await ReadAsync("prometheus-rules.yaml");
        var tries = await ReadAsync("prometheus-rules.test.yaml");

        var alerts = Alert().Matches(rules).Select(m => m.Groups[1].Value).ToArray();

        Assert.NotEmpty(alerts);
        Assert.All(alerts, name => Assert.Contains($"alertname: {name}}}", tries, StringComparison.Ordinal));
        Assert.All(alerts, name => Assert.Matches($@"alertname: {name}\s+exp_alerts:", tries));
    }

    [Fact]
    public async Task Rules_AskForValuesOfLabelsThatThereAre()
    {
        var cluster = await Manifests.RenderAsync("production");
        var known = new Dictionary<string, IEnumerable<string>>
        {
            ["namespace"] = cluster.OfKind("Namespace").Select(n => n.Name),
            // Dapr gives its container this name.
            ["container"] = cluster.OfKind("Deployment").SelectMany(d => d.Containers)
                .Select(c => c["name"]!.ToString()).Append("daprd"),
            ["resource"] = ["memory"],
            ["koopmanmesh_work_kind"] = NamesOf<WorkKind>(),
            ["koopmanmesh_work_state"] = NamesOf<WorkState>(),
            ["outcome"] = NamesOf<RunState>(),
        };

        var asked = Matcher().Matches(await ReadAsync("prometheus-rules.yaml"))
            .SelectMany(m => m.Groups["values"].Value.Split('|'), (m, v) => (Label: m.Groups["label"].Value, Value: v))
            .Distinct().ToArray();

        Assert.Contains(("container", "service"), asked);
        Assert.All(asked, a => Assert.Contains(a.Value, Assert.Contains(a.Label, known)));
    }

    /// <summary>The collector says whose metrics they are, and sidecars are behind Services that there are.</summary>
    [Fact]
    public async Task Configuration_KeepsTheCollectorsLabels_AndFindsTheSidecars()
    {
        var cluster = await Manifests.RenderAsync("production");
        var configuration = await ReadAsync("prometheus.yaml");

        var services = ServiceName().Matches(configuration).Select(m => (m.Groups[1].Value, m.Groups[2].Value));

        Assert.Matches(@"job_name: koopmanmesh\s+honor_labels: true", configuration);
        Assert.Equal(
            Services.Assemblies.Keys.Select(app => (app, cluster.OfKind("Namespace").Single().Name)).Order(),
            services.Where(s => s.Item2 != "observability").Order());
        Assert.All(Services.Assemblies.Keys, app => Assert.Equal(
            "None", Nodes.Text(cluster.Get("Service", app).Spec["clusterIP"])));
    }

    private static IEnumerable<string> NamesOf<T>()
        where T : struct, Enum => Enum.GetNames<T>().Select(name => name.ToLowerInvariant());

    private static Task<string> ReadAsync(string file) => File.ReadAllTextAsync(Path.Combine(Folder, file), Token);

    [GeneratedRegex(@"^\s*- alert: (\w+)", RegexOptions.Multiline)]
    private static partial Regex Alert();

    [GeneratedRegex(@"[{,]\s*(?<label>\w+)\s*(?:=~|!~|!=|=)\s*""(?<values>[^""]*)""")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\b([a-z-]+)\.([a-z-]+)\.svc\b")]
    private static partial Regex ServiceName();
}
