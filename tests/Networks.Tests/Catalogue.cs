namespace KoopmanMesh.Networks.Tests;

/// <summary>The real networks beside the repository.</summary>
internal static class Catalogue
{
    private static readonly string? Root = Find();

    /// <summary>The shared data folder, or nowhere.</summary>
    public static string Data => Root is null ? "" : Path.GetDirectoryName(Root)!;

    public static byte[] Read(string file)
    {
        Assert.SkipUnless(Root is not null, "the real networks (../shared/data/onnx-nets) are not on this machine");
        return File.ReadAllBytes(Path.Combine(Root!, file));
    }

    public static NetworkModel Load(string file) => NetworkModel.Load(Read(file), Path.GetFileName(file));

    public static IEnumerable<string> Files() => Root is null
        ? []
        : Directory.EnumerateFiles(Root, "*.onnx", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file))
            .Order(StringComparer.Ordinal);

    private static string? Find()
    {
        var root = RepositoryRoot.Data("onnx-nets");
        return Directory.Exists(root) ? root : null;
    }
}
