using System.Runtime.CompilerServices;

namespace KoopmanMesh;

/// <summary>
/// Where the sources are: above the tests, or, where they were built into another place, above this file. Compiled into
/// every test project.
/// </summary>
internal static class RepositoryRoot
{
    /// <summary>The folder that holds KoopmanMesh.sln; null where there is none.</summary>
    public static string? FolderIfAny { get; } = Find();

    /// <inheritdoc cref="FolderIfAny"/>
    public static string Folder => FolderIfAny
        ?? throw new DirectoryNotFoundException("The repository's root, which holds KoopmanMesh.sln, was not found.");

    /// <summary>Where a file of the shared data would be, which the project does not ship.</summary>
    public static string Data(string relative) =>
        Path.GetFullPath(Path.Combine(FolderIfAny ?? ".", "..", "shared", "data", relative));

    private static string? Find([CallerFilePath] string source = "") =>
        FindAbove(AppContext.BaseDirectory) ?? FindAbove(Path.GetDirectoryName(source)!);

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
