using KoopmanMesh.Deploy.Tests.Rendering;

namespace KoopmanMesh.Deploy.Tests.Policies;

/// <summary>A rule of ours that no schema knows. Each violation is one sentence.</summary>
internal sealed record Policy(string Name, Func<Cluster, IEnumerable<string>> Violations)
{
    public static IReadOnlyList<Policy> All { get; } =
    [
        .. ContainerPolicies.All, .. PodPolicies.All, .. ReferencePolicies.All, .. AvailabilityPolicies.All,
        .. ScalingPolicies.All, .. EventPolicies.All, .. NetworkPolicies.All, .. SettingPolicies.All,
    ];

    public static Policy Named(string name) => All.Single(p => p.Name == name);
}
