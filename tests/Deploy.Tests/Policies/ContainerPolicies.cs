using System.Text.Json.Nodes;
using KoopmanMesh.Deploy.Tests.Rendering;

namespace KoopmanMesh.Deploy.Tests.Policies;

/// <summary>What every container of every pod has, and what it may not do.</summary>
internal static class ContainerPolicies
{
    public static IReadOnlyList<Policy> All { get; } =
    [
        Each("pinned-images", c => IsPinned(c) ? null : $"image '{c["image"]}' names no version"),
        Each("unprivileged", c => Nodes.IsTrue(Security(c)?["privileged"]) || !Nodes.IsFalse(
            Security(c)?["allowPrivilegeEscalation"]) ? "may gain privileges" : null),
        Each("read-only-root", c => Nodes.IsTrue(Security(c)?["readOnlyRootFilesystem"])
            ? null : "may write to its image"),
        Each("no-capabilities", c => DropsAll(c) ? null : "keeps capabilities"),
        Each("probes", c => Missing(c, "startupProbe", "livenessProbe", "readinessProbe")),
        Each("resources", WithoutResources),
    ];

    private static Policy Each(string name, Func<JsonObject, string?> fault) => new(name, cluster =>
        from workload in cluster.Workloads
        from container in workload.Containers
        let found = fault(container)
        where found is not null
        select $"{workload}, container {container["name"]}: {found}");

    private static JsonNode? Security(JsonObject container) => container["securityContext"];

    /// <summary>A version or a digest; "latest" and a branch's name are none.</summary>
    private static bool IsPinned(JsonObject container)
    {
        var image = container["image"]!.ToString();
        var tag = image[(image.LastIndexOf('/') + 1)..] is var last && last.IndexOfAny([':', '@']) is >= 0 and var at
            ? last[(at + 1)..]
            : "";
        return tag.StartsWith("sha256:", StringComparison.Ordinal) || (tag.Length > 0 && char.IsAsciiDigit(tag[0]));
    }

    private static bool DropsAll(JsonObject container) =>
        Nodes.Texts(Security(container)?["capabilities"]?["drop"]).Contains("ALL")
        && !Nodes.Texts(Security(container)?["capabilities"]?["add"]).Any();

    private static string? Missing(JsonObject container, params string[] fields)
    {
        var missing = fields.Where(f => container[f] is null).ToArray();
        return missing.Length == 0 ? null : $"has no {string.Join(", ", missing)}";
    }

    private static string? WithoutResources(JsonObject container)
    {
        var missing = (from part in new[] { "requests", "limits" }
                       from what in new[] { "cpu", "memory" }
                       where container["resources"]?[part]?[what] is null
                       select $"{part}.{what}").ToArray();
        return missing.Length == 0 ? null : $"has no {string.Join(", ", missing)}";
    }
}
