using System.Text.RegularExpressions;
using KoopmanMesh.Deploy.Tests.Policies;
using KoopmanMesh.Deploy.Tests.Rendering;

namespace KoopmanMesh.Deploy.Tests;

/// <summary>What a user applies: it renders, its schemas know every field of it, and it keeps our policies.</summary>
public sealed class OverlayTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("local")]
    [InlineData("production")]
    [InlineData("kafka")]
    public async Task Overlay_ByEveryRenderer_IsTheSame(string overlay)
    {
        var rendered = await Task.WhenAll(Kustomize.Renderers.Select(r => Kustomize.RenderAsync(r, overlay, Token)));

        Assert.NotEmpty(rendered[0]);
        Assert.Single(rendered.Distinct());
    }

    [Theory]
    [InlineData("local")]
    [InlineData("production")]
    [InlineData("kafka")]
    public async Task Overlay_EveryDocument_FitsItsSchema(string overlay)
    {
        var documents = await Manifests.CheckOverlayAsync(overlay);

        Assert.Equal(3, documents.Count(d => d.Manifest.Kind == "Deployment"));
        Assert.Empty(documents.SelectMany(d => d.Errors.Select(e => $"{d.Manifest}: {e}")));
    }

    [Theory]
    [InlineData("local")]
    [InlineData("production")]
    [InlineData("kafka")]
    public async Task Overlay_EveryPolicy_IsKept(string overlay)
    {
        var cluster = await Manifests.RenderAsync(overlay);

        Assert.Empty(Policy.All.SelectMany(p => p.Violations(cluster).Select(v => $"{p.Name}: {v}")));
    }

    [Fact]
    public async Task Local_HasOneReplicaOfEachService_AndItsServers()
    {
        var cluster = await Manifests.RenderAsync("local");

        Assert.All(cluster.OfKind("Deployment"), d => Assert.Equal(1, cluster.Replicas(d)));
        Assert.Equal(["postgres", "redis"], cluster.OfKind("StatefulSet").Select(s => s.Name).Order());
        Assert.Empty(cluster.OfKind("ScaledObject"));
    }

    [Theory]
    [InlineData("production")]
    [InlineData("kafka")]
    public async Task Production_HasSeveralReplicasOfEachService_AndNoSecretOfItsOwn(string overlay)
    {
        var cluster = await Manifests.RenderAsync(overlay);

        Assert.All(cluster.OfKind("Deployment"), d => Assert.InRange(cluster.Replicas(d), 2, int.MaxValue));
        Assert.Empty(cluster.OfKind("Secret"));
        Assert.Empty(cluster.OfKind("StatefulSet"));
    }

    [Theory]
    [InlineData("production")]
    [InlineData("kafka")]
    public async Task Production_NeverListensOrCallsWithoutTls(string overlay)
    {
        var cluster = await Manifests.RenderAsync(overlay);

        var settings = cluster.OfKind("Deployment")
            .Select(d => d.Containers.SelectMany(cluster.Settings).ToDictionary(p => p.Key, p => p.Value));
        Assert.All(settings, s =>
        {
            Assert.DoesNotContain("Security__AllowPlaintext", s.Keys);
            Assert.Equal("true", s["Mesh__DnsTls"]);
            Assert.NotEmpty(s["Security__Tls__Certificate"]);
            Assert.NotEmpty(s["Security__ClientCertificates__Authority"]);
        });
        // The kubelet asks gRPC health without TLS only.
        Assert.All(
            cluster.OfKind("Deployment").SelectMany(d => d.Containers), c => Assert.Null(c["readinessProbe"]!["grpc"]));
    }

    [Fact]
    public async Task Secrets_ThatTheUserMakes_AreInTheDocs()
    {
        var docs = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "kubernetes.md"), Token);

        Assert.All(ReferencePolicies.UserSecrets, name => Assert.Contains($"`{name}`", docs, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Alerts_AllOfThem_AreInTheDocs()
    {
        var rules = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "deploy", "observability", "prometheus-rules.yaml"), Token);
        var docs = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "kubernetes.md"), Token);

        var alerts = Regex.Matches(rules, @"^\s*- alert: (\w+)", RegexOptions.Multiline).Select(m => m.Groups[1].Value);

        Assert.NotEmpty(alerts);
        Assert.All(alerts, name => Assert.Contains($"| `{name}` |", docs, StringComparison.Ordinal));
    }
}
