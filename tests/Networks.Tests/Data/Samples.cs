using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using KoopmanMesh.Networks.Data;

namespace KoopmanMesh.Networks.Tests.Data;

/// <summary>Data sets made in memory, and the real ones, which are skipped where absent.</summary>
internal static class Samples
{
    internal static DataSet Open(byte[] bytes, DataSetOptions? options = null) =>
        DataSet.Open(() => new MemoryStream(bytes), "sample", options);

    internal static DataSet Open(string text, DataSetOptions? options = null) =>
        Open(Encoding.UTF8.GetBytes(text), options);

    internal static float[] ReadAll(DataSet data, int batch = 7, long firstRow = 0)
    {
        using var reader = data.OpenReader(firstRow);
        var rows = new List<float>();
        var buffer = new float[batch * data.RowSize];
        for (var count = reader.Read(buffer); count > 0; count = reader.Read(buffer))
        {
            rows.AddRange(buffer.Take(count * data.RowSize));
        }

        return [.. rows];
    }

    internal static byte[] Idx(byte type, int[] axes, params byte[] content)
    {
        var bytes = new byte[4 + (4 * axes.Length) + content.Length];
        (bytes[2], bytes[3]) = (type, (byte)axes.Length);
        for (var i = 0; i < axes.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + (4 * i)), axes[i]);
        }

        content.CopyTo(bytes, bytes.Length - content.Length);
        return bytes;
    }

    internal static byte[] Zip(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return memory.ToArray();
    }

    internal static string Real(string relative)
    {
        var path = RepositoryRoot.Data(relative);
        Assert.SkipUnless(File.Exists(path), $"needs the real data at {path}");
        return path;
    }
}
