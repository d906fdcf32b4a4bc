using KoopmanMesh.Deploy.Tests.Policies;
using KoopmanMesh.Deploy.Tests.Rendering;

namespace KoopmanMesh.Deploy.Tests;

/// <summary>Each policy sees the mistake that it is for, made in a manifest of ours.</summary>
public sealed class PolicyTests
{
    [Fact]
    public void EveryPolicy_HasAMistake()
    {
        var policies = Policy.All.Select(p => p.Name).Order();

        Assert.Equal(policies, PolicyMistakes.All.Select(m => m.Policy).Distinct().Order());
    }

    [Fact]
    public async Task EveryMistake_IsSeenByItsPolicy_InOneSentenceThatNamesIt()
    {
        Dictionary<string, Cluster> clusters = new()
        {
            ["local"] = await Manifests.RenderAsync("local"),
            ["production"] = await Manifests.RenderAsync("production"),
            ["kafka"] = await Manifests.RenderAsync("kafka"),
        };

        Assert.All(PolicyMistakes.All, mistake =>
        {
            var right = clusters[mistake.Overlay];
            var wrong = mistake.Change is { } change
                ? right.With(mistake.Kind, mistake.Name, change)
                : right.Without(mistake.Kind, mistake.Name);

            var violations = Policy.Named(mistake.Policy).Violations(wrong).ToArray();

            Assert.Contains(violations, v => v.Contains(mistake.Says, StringComparison.Ordinal));
        });
    }
}
