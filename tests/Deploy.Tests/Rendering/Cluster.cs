using System.Text.Json.Nodes;

namespace KoopmanMesh.Deploy.Tests.Rendering;

/// <summary>Everything that an overlay makes.</summary>
internal sealed class Cluster(IReadOnlyList<Manifest> manifests)
{
    public IReadOnlyList<Manifest> Manifests => manifests;

    /// <summary>What makes pods.</summary>
    public IEnumerable<Manifest> Workloads => manifests.Where(m => m.Template is not null);

    public IEnumerable<Manifest> OfKind(string kind) => manifests.Where(m => m.Kind == kind);

    public Manifest Get(string kind, string name) => manifests.Single(m => Is(m, kind, name));

    public bool Has(string kind, string name) => manifests.Any(m => Is(m, kind, name));

    /// <summary>What it would be with one document changed.</summary>
    public Cluster With(string kind, string name, Action<JsonObject> change)
    {
        Cluster copy = new([.. manifests.Select(m => new Manifest(m.Document.DeepClone().AsObject()))]);
        change(copy.Get(kind, name).Document);
        return copy;
    }

    /// <summary>What it would be without one document.</summary>
    public Cluster Without(string kind, string name) =>
        new([.. manifests.Where(m => !Is(m, kind, name))]);

    /// <summary>Settings of a container: of its environment, and of the ConfigMaps that it takes in.</summary>
    public IEnumerable<KeyValuePair<string, string>> Settings(JsonObject container)
    {
        var maps = Nodes.Objects(container["envFrom"])
            .Select(source => Nodes.Text(source["configMapRef"]?["name"])).OfType<string>()
            .SelectMany(name => Get("ConfigMap", name).Document["data"]!.AsObject());
        return maps.Select(p => KeyValuePair.Create(p.Key, p.Value!.ToString()))
            .Concat(Nodes.Objects(container["env"]).Select(
                e => KeyValuePair.Create(e["name"]!.ToString(), Nodes.Text(e["value"]) ?? "")));
    }

    /// <summary>How many pods a workload has at least, by its own word or its autoscaler's.</summary>
    public int Replicas(Manifest workload)
    {
        bool Scales(Manifest m) => Nodes.Text(m.Spec["scaleTargetRef"]?["name"]) == workload.Name;
        var floors = OfKind("HorizontalPodAutoscaler").Where(Scales).Select(m => m.Spec["minReplicas"])
            .Concat(OfKind("ScaledObject").Where(Scales).Select(m => m.Spec["minReplicaCount"]))
            .Append(workload.Spec["replicas"]);
        return floors.OfType<JsonValue>().Select(v => v.GetValue<int>()).DefaultIfEmpty(1).Max();
    }

    /// <summary>Whether this is it; a ConfigMap's name may go on with the hash of its content.</summary>
    private static bool Is(Manifest manifest, string kind, string name) => manifest.Kind == kind
        && (manifest.Name == name
            || (kind == "ConfigMap" && manifest.Name.StartsWith(name + "-", StringComparison.Ordinal)));
}
