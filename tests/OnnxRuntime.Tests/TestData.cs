using System.IO.Compression;

namespace KoopmanMesh.OnnxRuntime.Tests;

/// <summary>Real networks and MNIST rows; tests that need them are skipped where they are absent.</summary>
internal static class TestData
{
    internal static byte[] Network(string name) => File.ReadAllBytes(Find(Path.Combine("onnx-nets", name)));

    /// <summary>The first rows of the MNIST test set, scaled to 0..1, row-major.</summary>
    internal static float[] Images(int rows)
    {
        var bytes = Unzip(Find(Path.Combine("mnist", "t10k-images-idx3-ubyte.gz")));
        return [.. bytes.Skip(16).Take(rows * 784).Select(b => b / 255f)];
    }

    internal static int[] Labels(int rows)
    {
        var bytes = Unzip(Find(Path.Combine("mnist", "t10k-labels-idx1-ubyte.gz")));
        return [.. bytes.Skip(8).Take(rows).Select(b => (int)b)];
    }

    private static byte[] Unzip(string path)
    {
        using var file = File.OpenRead(path);
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        using var memory = new MemoryStream();
        gzip.CopyTo(memory);
        return memory.ToArray();
    }

    private static string Find(string relative)
    {
        var path = RepositoryRoot.Data(relative);
        Assert.SkipUnless(File.Exists(path), $"needs the real data at {path}");
        return path;
    }
}
