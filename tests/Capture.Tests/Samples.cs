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
        var values = Enumerable.Range(0, shape.Aggregate(1, (product, side) => product * side)).Select(i => (float)i);
        var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Join(", ", shape)},), }}";

        // Ten bytes stand before the text, which ends with a newline at a multiple of 64.
        var header = text.PadRight((((text.Length + 10) / 64 * 64) + 64) - 11) + "\n";
        byte[] bytes =
        [
            0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8),
            .. Encoding.ASCII.GetBytes(header),
            .. MemoryMarshal.AsBytes<float>(values.ToArray()),
        ];
        return DataSet.Open(() => new MemoryStream(bytes), "counting");
    }
}
