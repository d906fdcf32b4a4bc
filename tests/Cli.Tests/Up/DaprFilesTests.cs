using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using KoopmanMesh.Cli.Up;

namespace KoopmanMesh.Cli.Tests.Up;

/// <summary>Sidecars beside processes are told what the manifests tell those of a cluster.</summary>
public sealed partial class DaprFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("koopmanmesh-dapr-").FullName;

    [Fact]
    public void PubSub_HasTheSettingsOfTheManifest()
    {
        var (resources, _) = DaprFiles.Write(_folder, "127.0.0.1:6379");

        var manifest = MetadataOf(Manifest("pubsub.yaml"));
        var written = MetadataOf(File.ReadAllText(Path.Combine(resources, "pubsub.yaml")));

        var shared = written.Where(s => s.Key is not ("redisHost" or "redisPassword")).ToArray();
        Assert.InRange(shared.Length, 4, int.MaxValue);
        Assert.All(shared, s => Assert.Equal((s.Key, manifest[s.Key]), (s.Key, s.Value)));
    }

    [Fact]
    public void Resiliency_HasTheTimeoutsAndRetriesOfTheManifest()
    {
        var (resources, _) = DaprFiles.Write(_folder, "127.0.0.1:6379");

        var manifest = PoliciesOf(Manifest("resiliency.yaml"));
        var written = PoliciesOf(File.ReadAllText(Path.Combine(resources, "resiliency.yaml")));

        Assert.Contains("maxRetries", written, StringComparison.Ordinal);
        Assert.Equal(manifest, written);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Dictionary<string, string> MetadataOf(string yaml) =>
        Setting().Matches(yaml).ToDictionary(m => m.Groups["name"].Value, m => m.Groups["value"].Value);

    /// <summary>Timeouts and retries, without what is said about them.</summary>
    private static string PoliciesOf(string yaml) =>
        string.Join('\n', yaml.Split('\n')
            .SkipWhile(line => line.Trim() != "timeouts:")
            .TakeWhile(line => line.Trim() is not ("circuitBreakers:" or "targets:"))
            .Where(line => !line.TrimStart().StartsWith('#')));

    private static string Manifest(string name, [CallerFilePath] string here = "") => File.ReadAllText(Path.GetFullPath(
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "deploy", "k8s", "base", "dapr", name)));

    [GeneratedRegex(@"- name: (?<name>\w+)\s+value: ""?(?<value>[^""\s]*)")]
    private static partial Regex Setting();
}
