namespace KoopmanMesh.Deploy.Tests.Rendering;

/// <summary>Where the sources are, and what lies beside them.</summary>
internal static class Repository
{
    public static string Root => RepositoryRoot.Folder;

    /// <summary>Schemas of Kubernetes, Dapr and KEDA, which the project does not ship; skips without.</summary>
    public static string Schemas
    {
        get
        {
            var folder = RepositoryRoot.Data("k8s");
            Assert.SkipUnless(
                File.Exists(Path.Combine(folder, "index.json")),
                "the Kubernetes schemas (../shared/data/k8s) are not on this machine");
            return folder;
        }
    }

    public static string Overlay(string name) => Path.Combine(Root, "deploy", "k8s", "overlays", name);
}
