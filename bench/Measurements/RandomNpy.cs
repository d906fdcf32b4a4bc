using System.Buffers.Binary;
using System.Text;

namespace KoopmanMesh.Bench.Measurements;

/// <summary>Uniform random rows in [0, 1) as an NPY file, float32, C order, seed 0.</summary>
internal static class RandomNpy
{
    public static void Write(string path, int rows, int columns)
    {
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}";
        var padded = header.PadRight(((10 + header.Length + 1 + 63) / 64 * 64) - 11) + "\n";
        using var file = File.Create(path);
        file.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)(padded.Length & 0xff), (byte)(padded.Length >> 8)]);
        file.Write(Encoding.ASCII.GetBytes(padded));
        var random = new Random(0);
        var number = new byte[sizeof(float)];
        for (long i = 0; i < (long)rows * columns; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(number, random.NextSingle());
            file.Write(number);
        }
    }
}
