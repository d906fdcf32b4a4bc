namespace KoopmanMesh.FunctionalTests.Hosting;

/// <summary>The real data and networks beside the repository; tests are skipped where they are absent.</summary>
internal static class SharedData
{
    /// <summary>The repository's root, or null.</summary>
    public static string? Repository { get; } = FindRepository();

    public static string TestImages => Find("mnist/t10k-images-idx3-ubyte.gz");

    public static string TestLabels => Find("mnist/t10k-labels-idx1-ubyte.gz");

    public static string TrainImages => Find("mnist/train-images-idx3-ubyte.gz");

    public static string Network(string file) => Find($"onnx-nets/{file}");

    private static string Find(string relative)
    {
        var path = Path.GetFullPath(Path.Combine(Repository ?? ".", "..", "shared", "data", relative));
        Assert.SkipUnless(File.Exists(path), $"the real data '{relative}' (../shared/data) is not on this machine");
        return path;
    }

    private static string? FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "KoopmanMesh.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }
}
