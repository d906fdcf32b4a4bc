using System.Runtime.CompilerServices;

namespace KoopmanMesh.Interop.Tests.Hosting;

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Peer(string script) => Path.Combine(Root, "tests", "Interop.Tests", "Peers", script);

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
