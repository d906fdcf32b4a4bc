using System.Runtime.InteropServices;
using Google.Protobuf;
using KoopmanMesh.Networks.Onnx;
using DataType = KoopmanMesh.Networks.Onnx.TensorProto.Types.DataType;

namespace KoopmanMesh.Networks.Graphs;

/// <summary>The one place that reads and writes the values of <see cref="TensorProto"/>.</summary>
internal static class TensorData
{
    public static TensorProto FromIntegers(string name, params ReadOnlySpan<long> values)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)DataType.Int64 };
        tensor.Dims.Add(values.Length);
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values));
        return tensor;
    }

    public static TensorProto FromFloats(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> dimensions)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)DataType.Float };
        foreach (var length in dimensions)
        {
            tensor.Dims.Add(length);
        }

        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values));
        return tensor;
    }

    public static TensorProto FromBytes(string name, int dataType, ReadOnlySpan<byte> values, long[] dimensions)
    {
        var tensor = new TensorProto { Name = name, DataType = dataType, RawData = ByteString.CopyFrom(values) };
        tensor.Dims.Add(dimensions);
        return tensor;
    }

    /// <summary>Number of elements; dimensions are validated by <see cref="Validate"/>.</summary>
    public static long Count(TensorProto tensor) =>
        tensor.Dims.Aggregate(1L, (product, length) => checked(product * length));

    /// <summary>The values as doubles, or null when the type isn't float16, float32 or float64.</summary>
    public static double[]? Doubles(TensorProto tensor) => (DataType)tensor.DataType switch
    {
        DataType.Float when tensor.HasRawData => Widen(MemoryMarshal.Cast<byte, float>(tensor.RawData.Span)),
        DataType.Float => [.. tensor.FloatData.Select(value => (double)value)],
        DataType.Double when tensor.HasRawData => MemoryMarshal.Cast<byte, double>(tensor.RawData.Span).ToArray(),
        DataType.Double => [.. tensor.DoubleData],
        _ => null,
    };

    /// <summary>The values as integers, or null when the type isn't int64, int32 or bool.</summary>
    public static long[]? Integers(TensorProto tensor) => (DataType)tensor.DataType switch
    {
        DataType.Int64 when tensor.HasRawData => MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray(),
        DataType.Int64 => [.. tensor.Int64Data],
        DataType.Int32 when tensor.HasRawData => Widen(MemoryMarshal.Cast<byte, int>(tensor.RawData.Span)),
        DataType.Bool when tensor.HasRawData => [.. tensor.RawData.Select(value => (long)value)],
        DataType.Int32 or DataType.Bool => [.. tensor.Int32Data.Select(value => (long)value)],
        _ => null,
    };

    /// <summary>Throws unless the tensor holds as many values as its dimensions say.</summary>
    public static void Validate(TensorProto tensor, string model)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
        {
            throw new UnsupportedModelException(
                $"'{model}' keeps the weights '{tensor.Name}' in another file; only models that hold their weights are "
                + "supported.");
        }

        var shape = string.Join(", ", tensor.Dims);
        if (tensor.Dims.Any(length => length < 0) || Overflows(tensor))
        {
            throw new ModelFormatException(
                $"Constant '{tensor.Name}' of '{model}' has the impossible shape [{shape}].");
        }

        var (found, elementSize) = Stored(tensor);
        if (elementSize != 0 && found != Count(tensor) * elementSize)
        {
            throw new ModelFormatException(
                $"Constant '{tensor.Name}' of '{model}' has shape [{shape}], "
                + $"which is {Count(tensor)} values, but holds "
                + (tensor.HasRawData ? $"{found} bytes of {elementSize} each." : $"{found}."));
        }
    }

    private static bool Overflows(TensorProto tensor)
    {
        var product = 1.0;
        foreach (var length in tensor.Dims)
        {
            product *= length;
        }

        return product > int.MaxValue;
    }

    /// <summary>What is stored, and how much of it one element takes; 0 where this version can't tell.</summary>
    private static (long Found, long ElementSize) Stored(TensorProto tensor)
    {
        if (tensor.HasRawData)
        {
            return (tensor.RawData.Length, (DataType)tensor.DataType switch
            {
                DataType.Double or DataType.Int64 or DataType.Uint64 or DataType.Complex64 => 8,
                DataType.Float or DataType.Int32 or DataType.Uint32 => 4,
                DataType.Float16 or DataType.Bfloat16 or DataType.Int16 or DataType.Uint16 => 2,
                DataType.Bool or DataType.Int8 or DataType.Uint8 => 1,
                DataType.Complex128 => 16,
                _ => 0,
            });
        }

        return (DataType)tensor.DataType switch
        {
            DataType.Float => (tensor.FloatData.Count, 1),
            DataType.Double => (tensor.DoubleData.Count, 1),
            DataType.Int64 => (tensor.Int64Data.Count, 1),
            DataType.Int32 or DataType.Bool or DataType.Int8 or DataType.Uint8 => (tensor.Int32Data.Count, 1),
            DataType.String => (tensor.StringData.Count, 1),
            _ => (0, 0),
        };
    }

    private static double[] Widen(ReadOnlySpan<float> values)
    {
        var result = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            result[i] = values[i];
        }

        return result;
    }

    private static long[] Widen(ReadOnlySpan<int> values)
    {
        var result = new long[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            result[i] = values[i];
        }

        return result;
    }
}
