namespace KoopmanMesh.Interop.Tests.Hosting;

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    public static string Root => RepositoryRoot.Folder;

    public static string Peer(string script) => Path.Combine(Root, "tests", "Interop.Tests", "Peers", script);
}
