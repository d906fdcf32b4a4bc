namespace KoopmanMesh.FunctionalTests.Hosting;

/// <summary>The real data and networks beside the repository; tests are skipped where they are absent.</summary>
internal static class SharedData
{
    /// <summary>The repository's root, or null.</summary>
    public static string? Repository { get; } = RepositoryRoot.FolderIfAny;

    public static string TestImages => Find("mnist/t10k-images-idx3-ubyte.gz");

    public static string TestLabels => Find("mnist/t10k-labels-idx1-ubyte.gz");

    public static string TrainImages => Find("mnist/train-images-idx3-ubyte.gz");

    public static string Network(string file) => Find($"onnx-nets/{file}");

    private static string Find(string relative)
    {
        var path = RepositoryRoot.Data(relative);
        Assert.SkipUnless(File.Exists(path), $"the real data '{relative}' (../shared/data) is not on this machine");
        return path;
    }
}
