using System.Runtime.CompilerServices;

namespace KoopmanMesh.Deploy.Tests.Rendering;

/// <summary>Where the sources are, and what lies beside them.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Schemas of Kubernetes, Dapr and KEDA, which the project does not ship; skips without.</summary>
    public static string Schemas
    {
        get
        {
            var folder = Path.GetFullPath(Path.Combine(Root, "..", "shared", "data", "k8s"));
            Assert.SkipUnless(
                File.Exists(Path.Combine(folder, "index.json")),
                "the Kubernetes schemas (../shared/data/k8s) are not on this machine");
            return folder;
        }
    }

    public static string Overlay(string name) => Path.Combine(Root, "deploy", "k8s", "overlays", name);

    /// <summary>Above the tests, or, where they were built into another place, above their source.</summary>
    private static string Find([CallerFilePath] string source = "") =>
        FindAbove(AppContext.BaseDirectory) ?? FindAbove(Path.GetDirectoryName(source)!)
        ?? throw new DirectoryNotFoundException("The repository's root, which holds KoopmanMesh.sln, was not found.");

    private static string? FindAbove(string start)
    {
        var folder = new DirectoryInfo(start);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "KoopmanMesh.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }
}
