using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KoopmanMesh.Deploy.Tests.Rendering;

namespace KoopmanMesh.Deploy.Tests.Policies;

/// <summary>Who may talk to whom.</summary>
internal static partial class NetworkPolicies
{
    public static IReadOnlyList<Policy> All { get; } =
    [
        new("default-deny", WithoutDefaultDeny),
        new("network-selectors", SelectorsOfNothing),
        new("internal-port", OpenInternalPorts),
        new("egress", ClosedWays),
        new("sidecar-metrics", MetricsForNobody),
    ];

    private static IEnumerable<string> WithoutDefaultDeny(Cluster cluster)
    {
        var denies = cluster.OfKind("NetworkPolicy").Any(
            p => p.Spec["podSelector"] is JsonObject { Count: 0 }
                && Nodes.Texts(p.Spec["policyTypes"]).Order().SequenceEqual(["Egress", "Ingress"])
                && p.Spec["ingress"] is null && p.Spec["egress"] is null);
        return denies ? [] : ["no policy denies what no other allows"];
    }

    /// <summary>A policy, or a peer of this namespace, that selects no pod is a mistake.</summary>
    private static IEnumerable<string> SelectorsOfNothing(Cluster cluster)
    {
        foreach (var policy in cluster.OfKind("NetworkPolicy"))
        {
            var peers = new[] { "ingress", "egress" }
                .SelectMany(direction => Nodes.Objects(policy.Spec[direction]))
                .SelectMany(rule => Nodes.Objects(rule["from"]).Concat(Nodes.Objects(rule["to"])))
                .Where(peer => peer["namespaceSelector"] is null && peer["ipBlock"] is null)
                .Select(peer => peer["podSelector"]);
            foreach (var selector in peers.Append(policy.Spec["podSelector"]).OfType<JsonObject>())
            {
                // An empty one is every pod, and clients are pods of others.
                if (selector.Count > 0 && selector["matchLabels"]?["koopmanmesh/client"] is null
                    && !cluster.Workloads.Any(w => Nodes.Matches(selector["matchLabels"], w.Labels)))
                {
                    yield return $"{policy} selects no pod by {selector.ToJsonString()}";
                }
            }
        }
    }

    /// <summary>Deliveries carry a token; still only sidecar and node reach the port that takes them.</summary>
    private static IEnumerable<string> OpenInternalPorts(Cluster cluster)
    {
        var ports = cluster.OfKind("Deployment").SelectMany(d => d.Containers)
            .SelectMany(c => Nodes.Objects(c["ports"])).Where(p => Nodes.Text(p["name"]) == "internal")
            .Select(p => Nodes.Text(p["containerPort"])).Append("internal").ToHashSet();
        var rules = from policy in cluster.OfKind("NetworkPolicy")
                    from rule in Nodes.Objects(policy.Spec["ingress"])
                    where rule["ports"] is null
                        || Nodes.Objects(rule["ports"]).Any(
                            p => p["port"] is null || ports.Contains(Nodes.Text(p["port"])))
                    select $"{policy} opens the internal port";
        var services = from service in cluster.OfKind("Service")
                       from port in Nodes.Objects(service.Spec["ports"])
                       where ports.Contains(Nodes.Text(port["targetPort"] ?? port["port"]))
                       select $"{service} opens the internal port";
        return rules.Concat(services);
    }

    /// <summary>
    /// A server that services or sidecars are told of by its name in the cluster is reached by a selector of its
    /// namespace: a block of addresses holds no pods, by some network plugins.
    /// </summary>
    private static IEnumerable<string> ClosedWays(Cluster cluster) =>
        from manifest in cluster.Manifests
        where manifest.Kind is "ConfigMap" or "Component" or "Configuration"
        from server in ServerInCluster().Matches(manifest.Document.ToJsonString()).Select(m => m.Groups)
        where !cluster.OfKind("NetworkPolicy").SelectMany(p => Nodes.Objects(p.Spec["egress"])).Any(
            rule => Nodes.Objects(rule["to"]).Any(peer => IsNamespace(peer, server["namespace"].Value))
                && HasPort(rule, server["port"].Value))
        select $"{manifest} names {server[0].Value}, and no policy lets services go there";

    /// <summary>Sidecars serve metrics where somebody may fetch them, and not where nobody may.</summary>
    private static IEnumerable<string> MetricsForNobody(Cluster cluster)
    {
        var served = cluster.OfKind("Configuration").Any(c => !Nodes.IsFalse(c.Spec["metric"]?["enabled"]));
        var fetched = cluster.OfKind("NetworkPolicy")
            .SelectMany(p => Nodes.Objects(p.Spec["ingress"])).Any(rule => HasPort(rule, "9090"));
        return served == fetched
            ? []
            : [$"sidecars serve metrics: {served}; a policy lets somebody fetch them: {fetched}"];
    }

    private static bool IsNamespace(JsonObject peer, string name) =>
        Nodes.Text(peer["namespaceSelector"]?["matchLabels"]?["kubernetes.io/metadata.name"]) == name;

    private static bool HasPort(JsonObject rule, string port) =>
        Nodes.Objects(rule["ports"]).Any(p => Nodes.Text(p["port"]) == port);

    [GeneratedRegex(@"[a-z0-9-]+\.(?<namespace>[a-z0-9-]+)\.svc(?:\.cluster\.local)?:(?<port>[0-9]+)")]
    private static partial Regex ServerInCluster();
}
