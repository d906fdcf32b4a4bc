using System.Runtime.InteropServices;
using System.Text;
using KoopmanMesh.Networks.Data;

namespace KoopmanMesh.Capture.Tests;

/// <summary>Data sets made in memory.</summary>
internal static class Samples
{
    /// <summary>float32 rows 0, 1, 2, ... as an NPY file.</summary>
    public static DataSet Counting(params int[] shape)
    {
        var bytes = CountingFile(shape);
        return DataSet.Open(() => new MemoryStream(bytes), "counting");
    }

    /// <summary>The same as bytes.</summary>
    public static byte[] CountingFile(params int[] shape)
    {
        var values = Enumerable.Range(0, shape.Aggregate(1, (product, side) => product * side)).Select(i => (float)i);
        var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Join(", ", shape)},), }}";

        // Ten bytes stand before the text, which ends with a newline at a multiple of 64.
        var header = text.PadRight((((text.Length + 10) / 64 * 64) + 64) - 11) + "\n";
        return
        [
            0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8),
            .. Encoding.ASCII.GetBytes(header),
            .. MemoryMarshal.AsBytes<float>(values.ToArray()),
        ];
    }

    /// <summary>A real network of five inputs.</summary>
    public static byte[] AcasXu()
    {
        var path = RepositoryRoot.Data("onnx-nets/acasxu/ACASXU_run2a_1_1_batch_2000.onnx");
        Assert.SkipUnless(File.Exists(path), "the real networks (../shared/data/onnx-nets) are not on this machine");
        return File.ReadAllBytes(path);
    }
}
