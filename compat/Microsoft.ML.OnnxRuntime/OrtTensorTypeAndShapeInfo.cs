using Microsoft.ML.OnnxRuntime.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Element type and shape of a tensor, copied from the library.</summary>
#pragma warning disable CA1815 // No equality, as in the official type.
public unsafe struct OrtTensorTypeAndShapeInfo
#pragma warning restore CA1815
{
    internal OrtTensorTypeAndShapeInfo(nint info)
    {
        ElementDataType = (TensorElementType)OrtApi.Get<int>(Slot.GetTensorElementType, info);
        ElementCount = OrtApi.Get<long>(Slot.GetTensorShapeElementCount, info);
        Shape = ReadShape(info);
    }

    /// <summary>Element type.</summary>
    public TensorElementType ElementDataType { get; private set; }

    /// <summary>Whether the elements are strings.</summary>
    public readonly bool IsString => ElementDataType == TensorElementType.String;

    /// <summary>Number of elements.</summary>
    public long ElementCount { get; private set; }

    /// <summary>Number of axes.</summary>
    public readonly int DimensionsCount => Shape.Length;

    /// <summary>Lengths of the axes; -1 for a free one.</summary>
    public long[] Shape { get; private set; }

    internal static long[] ReadShape(nint info)
    {
        var shape = new long[OrtApi.Get<nint>(Slot.GetDimensionsCount, info)];
        fixed (long* first = shape)
        {
            OrtApi.Check(((delegate* unmanaged<nint, long*, nint, nint>)OrtApi.Function(Slot.GetDimensions))(
                info, first, shape.Length));
        }

        return shape;
    }
}
