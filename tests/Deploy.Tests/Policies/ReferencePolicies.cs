using System.Text.Json.Nodes;
using KoopmanMesh.Deploy.Tests.Rendering;

namespace KoopmanMesh.Deploy.Tests.Policies;

/// <summary>Whatever is named exists.</summary>
internal static class ReferencePolicies
{
    public static IReadOnlyList<Policy> All { get; } =
    [
        new("services-select", ServicesThatSelectNothing),
        new("ports", PortsThatDoNotExist),
        new("references", NamesThatDoNotExist),
        new("secrets", SecretsThatDoNotExist),
    ];

    /// <summary>What the user makes before production is applied, as docs/kubernetes.md says.</summary>
    public static IReadOnlyList<string> UserSecrets { get; } =
    [
        "koopmanmesh-postgres", "koopmanmesh-redis", "koopmanmesh-kafka", "koopmanmesh-tls",
        "koopmanmesh-sidecar-token", "koopmanmesh-app-token",
    ];

    private static IEnumerable<string> ServicesThatSelectNothing(Cluster cluster) =>
        from service in cluster.OfKind("Service")
        where !Selected(cluster, service).Any()
        select $"{service} selects no pod";

    private static IEnumerable<Manifest> Selected(Cluster cluster, Manifest service) => cluster.Workloads.Where(
        w => Nodes.Matches(service.Spec["selector"], w.Labels));

    private static IEnumerable<string> PortsThatDoNotExist(Cluster cluster)
    {
        var targets = from service in cluster.OfKind("Service")
                      from port in Nodes.Objects(service.Spec["ports"])
                      from workload in Selected(cluster, service)
                      select (Of: service.ToString(), Port: port["targetPort"] ?? port["port"], Workload: workload);
        var probes = from workload in cluster.Workloads
                     from container in workload.Containers
                     from probe in new[] { "startupProbe", "livenessProbe", "readinessProbe" }
                     let port = container[probe]?["httpGet"]?["port"] ?? container[probe]?["grpc"]?["port"]
                        ?? container[probe]?["tcpSocket"]?["port"]
                     where port is not null
                     select (Of: probe, Port: port, Workload: workload);
        return from target in targets.Concat(probes)
               where !target.Workload.Containers.SelectMany(c => Nodes.Objects(c["ports"])).Any(
                   p => Nodes.Text(p["name"]) == Nodes.Text(target.Port)
                       || Nodes.Text(p["containerPort"]) == Nodes.Text(target.Port))
               select $"{target.Of} goes to port '{target.Port}', which {target.Workload} does not have";
    }

    private static IEnumerable<string> NamesThatDoNotExist(Cluster cluster)
    {
        foreach (var workload in cluster.Workloads)
        {
            var named = Nodes.Within(workload.PodSpec).SelectMany(o => new[]
            {
                (Kind: "ConfigMap", Name: Nodes.Text((o["configMapRef"] ?? o["configMap"])?["name"])),
                (Kind: "PersistentVolumeClaim", Name: Nodes.Text(o["persistentVolumeClaim"]?["claimName"])),
                (Kind: "ServiceAccount", Name: Nodes.Text(o["serviceAccountName"])),
            });
            foreach (var (kind, name) in named.Where(n => n.Name is not null && !cluster.Has(n.Kind, n.Name)))
            {
                yield return $"{workload} names {kind} '{name}', which is not there";
            }

            var volumes = Nodes.Objects(workload.PodSpec!["volumes"])
                .Concat(Nodes.Objects(workload.Spec["volumeClaimTemplates"]).Select(c => c["metadata"]!.AsObject()))
                .Select(v => v["name"]!.ToString()).ToHashSet();
            foreach (var mount in workload.Containers.SelectMany(c => Nodes.Objects(c["volumeMounts"])))
            {
                if (!volumes.Contains(mount["name"]!.ToString()))
                {
                    yield return $"{workload} mounts volume '{mount["name"]}', which it does not have";
                }
            }
        }

        foreach (var scaler in cluster.Manifests.Where(m => m.Document["spec"]?["scaleTargetRef"] is not null))
        {
            if (!cluster.Has("Deployment", scaler.Spec["scaleTargetRef"]!["name"]!.ToString()))
            {
                yield return $"{scaler} scales '{scaler.Spec["scaleTargetRef"]!["name"]}', which is not there";
            }
        }
    }

    /// <summary>A secret is in the overlay, with the key, or the user's to make.</summary>
    private static IEnumerable<string> SecretsThatDoNotExist(Cluster cluster) =>
        from manifest in cluster.Manifests
        from reference in References(manifest)
        where !(cluster.OfKind("Secret").SingleOrDefault(s => s.Name == reference.Name) is { } secret
            ? reference.Key is null || Holds(secret, reference.Key)
            : UserSecrets.Contains(reference.Name) && !cluster.OfKind("Secret").Any())
        select $"{manifest} names key '{reference.Key}' of Secret '{reference.Name}', which is not there";

    private static IEnumerable<(string Name, string? Key)> References(Manifest manifest)
    {
        foreach (var node in Nodes.Within(manifest.Document["spec"]))
        {
            if (node["secretKeyRef"] is JsonObject reference)
            {
                yield return (reference["name"]!.ToString(), Nodes.Text(reference["key"]));
            }

            if (Nodes.Text(node["secretName"]) is { } volume)
            {
                foreach (var item in Nodes.Objects(node["items"]).Select(i => Nodes.Text(i["key"])).DefaultIfEmpty())
                {
                    yield return (volume, item);
                }
            }

            foreach (var target in Nodes.Objects(node["secretTargetRef"]))
            {
                yield return (target["name"]!.ToString(), Nodes.Text(target["key"]));
            }
        }

        foreach (var annotation in new[] { "dapr.io/api-token-secret", "dapr.io/app-token-secret" })
        {
            if (manifest.Template is not null && Nodes.Text(manifest.Annotations[annotation]) is { } name)
            {
                yield return (name, "token");
            }
        }
    }

    private static bool Holds(Manifest secret, string key) =>
        secret.Document["data"]?[key] is { } value && Convert.FromBase64String(value.ToString()).Length > 0;
}
