using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KoopmanMesh.Deploy.Tests.Rendering;

/// <summary>A document, and what its schema says against it.</summary>
internal sealed record CheckedManifest(Manifest Manifest, IReadOnlyList<string> Errors);

/// <summary>Reads YAML by an independent reader, and checks it by an independent validator.</summary>
internal static class Manifests
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyList<CheckedManifest>>>> _overlays = new();

    private static string Script =>
        Path.Combine(Repository.Root, "tests", "Deploy.Tests", "Rendering", "manifests.mjs");

    /// <summary>An overlay, rendered and read once for all tests.</summary>
    public static async Task<Cluster> RenderAsync(string overlay) =>
        new([.. (await CheckOverlayAsync(overlay)).Select(d => d.Manifest)]);

    /// <summary>The documents of an overlay, each with the errors that its schema finds.</summary>
    public static Task<IReadOnlyList<CheckedManifest>> CheckOverlayAsync(string overlay) => _overlays.GetOrAdd(
        overlay, name => new Lazy<Task<IReadOnlyList<CheckedManifest>>>(async () =>
            await CheckAsync(await Kustomize.RenderAsync(name, CancellationToken.None), CancellationToken.None))).Value;

    /// <summary>The documents of this text, each with the errors that its schema finds.</summary>
    public static async Task<IReadOnlyList<CheckedManifest>> CheckAsync(string text, CancellationToken token)
    {
        var node = Command.OnPath("node");
        Assert.SkipWhen(node is null, "node is not on this machine");
        var output = await Command.RunAsync(node, [Script, Repository.Schemas], token, text);
        return [.. JsonNode.Parse(output)!.AsArray().Select(Checked!)];
    }

    private static CheckedManifest Checked(JsonNode result) => new(
        new Manifest(result["document"]!.AsObject()), result["errors"].Deserialize<string[]>()!);
}
