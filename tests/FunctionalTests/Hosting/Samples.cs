using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.FunctionalTests.Hosting;

/// <summary>Networks and data made for a test, by seed.</summary>
internal static class Samples
{
    /// <summary>Normal numbers by Box and Muller.</summary>
    public static float[] Normal(int count, int seed)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = (float)(radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }

    /// <summary>A NumPy file of float32 rows.</summary>
    public static byte[] Npy(float[] values, int columns)
    {
        var shape = string.Create(CultureInfo.InvariantCulture, $"({values.Length / columns}, {columns})");
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}";
        header = header.PadRight((((header.Length + 74) / 64) * 64) - 11) + "\n";
        byte[] preamble = [0x93, .. "NUMPY"u8, 1, 0, 0, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(preamble.AsSpan(8), (ushort)header.Length);
        return [.. preamble, .. Encoding.ASCII.GetBytes(header), .. MemoryMarshal.AsBytes(values.AsSpan())];
    }

    /// <summary>An IDX file of bytes.</summary>
    public static byte[] Idx(int[] axes, byte[] content)
    {
        var bytes = new byte[4 + (4 * axes.Length) + content.Length];
        (bytes[2], bytes[3]) = (8, (byte)axes.Length);
        for (var i = 0; i < axes.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + (4 * i)), axes[i]);
        }

        content.CopyTo(bytes, bytes.Length - content.Length);
        return bytes;
    }

    public static byte[] Network(params DenseLayer[] layers) => OnnxExport.Dense(layers, "planted");

    /// <summary>A layer of normal weights of size 1 / sqrt(inputs).</summary>
    public static DenseLayer Dense(int outputs, int inputs, int seed, DenseActivation activation = DenseActivation.None)
    {
        var (weights, draws) = (new Matrix(outputs, inputs), Normal(outputs * inputs, seed));
        for (var i = 0; i < draws.Length; i++)
        {
            weights[i % outputs, i / outputs] = draws[i] / Math.Sqrt(inputs);
        }

        return new DenseLayer(weights, new double[outputs], activation);
    }

    /// <summary>factor times the identity.</summary>
    public static DenseLayer Scaled(int width, double factor)
    {
        var weights = new Matrix(width, width);
        for (var i = 0; i < width; i++)
        {
            weights[i, i] = factor;
        }

        return new DenseLayer(weights, new double[width], DenseActivation.None);
    }

    /// <summary>The reflection I - 2 v v' / v'v, which is orthogonal.</summary>
    public static DenseLayer Reflection(int width, int seed)
    {
        var v = Array.ConvertAll(Normal(width, seed), x => (double)x);
        var (weights, square) = (new Matrix(width, width), v.Sum(x => x * x));
        for (var i = 0; i < width; i++)
        {
            for (var j = 0; j < width; j++)
            {
                weights[i, j] = (i == j ? 1 : 0) - (2 * v[i] * v[j] / square);
            }
        }

        return new DenseLayer(weights, new double[width], DenseActivation.None);
    }
}
