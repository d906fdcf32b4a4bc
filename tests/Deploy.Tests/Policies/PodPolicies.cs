using System.Text.Json.Nodes;
using KoopmanMesh.Deploy.Tests.Rendering;

namespace KoopmanMesh.Deploy.Tests.Policies;

/// <summary>What every pod is, and what of its node and its cluster it doesn't reach.</summary>
internal static class PodPolicies
{
    public static IReadOnlyList<Policy> All { get; } =
    [
        Each("non-root", p => Nodes.IsTrue(p["securityContext"]?["runAsNonRoot"])
            && p["securityContext"]?["runAsUser"]?.GetValue<int>() is > 0 ? null : "may run as root"),
        Each("seccomp", p => Nodes.Text(p["securityContext"]?["seccompProfile"]?["type"]) == "RuntimeDefault"
            ? null : "filters no system calls"),
        Each("no-host", HostAccess),
        Each("own-account", WithoutAccount),
    ];

    private static Policy Each(string name, Func<JsonObject, string?> fault) => new(name, cluster =>
        from workload in cluster.Workloads
        let found = fault(workload.PodSpec!)
        where found is not null
        select $"{workload}: {found}");

    private static string? HostAccess(JsonObject pod)
    {
        foreach (var field in new[] { "hostNetwork", "hostPID", "hostIPC" })
        {
            if (Nodes.IsTrue(pod[field]))
            {
                return $"sets {field}";
            }
        }

        if (Nodes.Objects(pod["volumes"]).Any(v => v["hostPath"] is not null))
        {
            return "mounts a path of its node";
        }

        var ports = Nodes.Objects(pod["containers"]).SelectMany(c => Nodes.Objects(c["ports"]));
        return ports.Any(p => p["hostPort"] is not null) ? "takes a port of its node" : null;
    }

    private static string? WithoutAccount(JsonObject pod)
    {
        if (Nodes.Text(pod["serviceAccountName"]) is null or "default")
        {
            return "runs under the namespace's default account";
        }

        return Nodes.IsFalse(pod["automountServiceAccountToken"]) ? null : "is given a token of the Kubernetes API";
    }
}
