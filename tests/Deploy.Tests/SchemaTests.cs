using System.Text.Json.Nodes;
using KoopmanMesh.Deploy.Tests.Rendering;

namespace KoopmanMesh.Deploy.Tests;

/// <summary>The validator itself: it takes what is right, and refuses what is nearly right.</summary>
public sealed class SchemaTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("valid", true)]
    [InlineData("invalid", false)]
    public async Task Samples_AreJudgedAsTheirFolderSays(string folder, bool valid)
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Schemas, "samples", folder)).Order().ToArray();
        var texts = await Task.WhenAll(files.Select(f => File.ReadAllTextAsync(f, Token)));

        var documents = await Manifests.CheckAsync(string.Join("\n---\n", texts), Token);

        Assert.InRange(documents.Count, files.Length, int.MaxValue);
        Assert.All(documents, d => Assert.Equal(valid, d.Errors.Count == 0));
    }

    [Fact]
    public async Task Mistakes_InManifestsOfOurs_AreAllRefused()
    {
        var cluster = await Manifests.RenderAsync("production");
        var wrong = _mistakes.Select(mistake =>
        {
            var document = cluster.Get(mistake.Kind, mistake.Name).Document.DeepClone();
            Put(document, mistake.Path.Split('/'), mistake.Json);
            return document.ToJsonString();
        });

        var documents = await Manifests.CheckAsync(string.Join("\n---\n", wrong), Token);

        Assert.Equal(_mistakes.Length, documents.Count);
        Assert.All(documents, d => Assert.NotEmpty(d.Errors));
    }

    /// <summary>A field of a manifest, and what is put there, or nothing to take it away.</summary>
    private static readonly (string Kind, string Name, string Path, string? Json)[] _mistakes =
    [
        ("Deployment", "capture", "spec/template/spec/containers/0/imagePulPolicy", "\"Always\""),
        ("Deployment", "capture", "spec/selector", null),
        ("Deployment", "capture", "spec/template/spec/containers/0/ports/0/containerPort", "\"8080\""),
        ("Deployment", "capture", "spec/template/spec/terminationGracePeriodSeconds", "\"60s\""),
        ("Deployment", "capture", "kind", "\"Deploiment\""),
        ("Deployment", "capture", "apiVersion", "\"apps/v2\""),
        ("Service", "koopmanmesh", "spec/ports/0/prot", "\"TCP\""),
        ("Component", "koopmanmesh-pubsub", "spec/type", null),
        ("Component", "koopmanmesh-pubsub", "spec/metadata/0/valueFrom", "\"address\""),
        ("Subscription", "shard-planned", "spec/route", "\"/events\""),
        ("Subscription", "shard-planned", "spec/topic", null),
        ("Resiliency", "koopmanmesh", "spec/policies/retries/publish/maxRetries", "\"five\""),
        ("Configuration", "koopmanmesh", "spec/accessControl/defaultActions", "\"deny\""),
        ("ScaledObject", "capture", "spec/triggers", null),
        ("ScaledObject", "capture", "spec/maxReplicaCount", "\"sixteen\""),
        ("ScaledObject", "capture", "spec/advanced/scalingModifiers/formulas", "\"shards_held\""),
        ("NetworkPolicy", "mesh", "spec/ingress/0/ports/0/port", "[8080]"),
        ("PodDisruptionBudget", "capture", "spec/maxUnavailables", "1"),
        ("PersistentVolumeClaim", "koopmanmesh-state", "spec/accessModes", "\"ReadWriteMany\""),
    ];

    private static void Put(JsonNode document, string[] path, string? json)
    {
        var parent = path[..^1].Aggregate(document, (node, step) =>
            (node is JsonArray array ? array[int.Parse(step, null)] : node[step])!).AsObject();
        parent.Remove(path[^1]);
        if (json is not null)
        {
            parent[path[^1]] = JsonNode.Parse(json);
        }
    }
}
