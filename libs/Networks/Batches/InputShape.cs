using KoopmanMesh.Networks.Onnx;
using DimensionKind = KoopmanMesh.Networks.Onnx.TensorShapeProto.Types.Dimension.ValueOneofCase;

namespace KoopmanMesh.Networks.Batches;

/// <summary>Reads the declared shape of the data input.</summary>
internal static class InputShape
{
    /// <summary>Values in a row beyond which a network is refused: 2^27 float32 are half a gigabyte.</summary>
    public const long MaximumWidth = 1L << 27;

    /// <summary>The dimensions, -1 for a free first one.</summary>
    public static long[] Read(ValueInfoProto input, string model)
    {
        if (input.Type.TensorType.Shape is not { } shape)
        {
            throw new UnsupportedModelException(
                $"The input '{input.Name}' of '{model}' has no declared shape; the size of a row must be known.");
        }

        var dimensions = new long[shape.Dim.Count];
        for (var i = 0; i < dimensions.Length; i++)
        {
            // 0 and -1 are how older exporters write "unknown".
            var dim = shape.Dim[i];
            var known = dim.ValueCase == DimensionKind.DimValue && dim.DimValue is not (0 or -1);
            dimensions[i] = known ? dim.DimValue : -1;
            if (dimensions[i] < -1)
            {
                throw new ModelFormatException(
                    $"The input '{input.Name}' of '{model}' has the impossible dimension {dim.DimValue} at axis {i}.");
            }
        }

        Check(input, model, dimensions);
        return dimensions;
    }

    private static void Check(ValueInfoProto input, string model, long[] dimensions)
    {
        var shape = $"[{string.Join(", ", dimensions.Select((length, i) => length == -1 ? Symbol(input, i) : $"{length}"))}]";
        if (dimensions.Skip(1).Contains(-1))
        {
            throw new UnsupportedModelException(
                $"The input '{input.Name}' of '{model}' has shape {shape}; only the first dimension, the batch axis, "
                + "may be free.");
        }

        if (dimensions.Aggregate(1.0, (product, length) => product * Math.Abs(length)) > MaximumWidth)
        {
            throw new UnsupportedModelException(
                $"The input '{input.Name}' of '{model}' has shape {shape}; at most {MaximumWidth} values are "
                + "supported.");
        }
    }

    private static string Symbol(ValueInfoProto input, int axis) =>
        input.Type.TensorType.Shape.Dim[axis] is { DimParam.Length: > 0 } named ? named.DimParam : "?";
}
