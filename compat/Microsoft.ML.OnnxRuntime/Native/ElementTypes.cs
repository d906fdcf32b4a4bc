using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>Element types with a .NET counterpart, and their sizes in bytes.</summary>
internal static class ElementTypes
{
    private static readonly (TensorElementType Element, Type Type, int Size)[] s_known =
    [
        (TensorElementType.Float, typeof(float), 4), (TensorElementType.Double, typeof(double), 8),
        (TensorElementType.UInt8, typeof(byte), 1), (TensorElementType.Int8, typeof(sbyte), 1),
        (TensorElementType.UInt16, typeof(ushort), 2), (TensorElementType.Int16, typeof(short), 2),
        (TensorElementType.UInt32, typeof(uint), 4), (TensorElementType.Int32, typeof(int), 4),
        (TensorElementType.UInt64, typeof(ulong), 8), (TensorElementType.Int64, typeof(long), 8),
        (TensorElementType.Bool, typeof(bool), 1),
    ];

    internal static TensorElementType Of(Type type)
    {
        foreach (var known in s_known)
        {
            if (known.Type == type)
            {
                return known.Element;
            }
        }

        throw new OnnxRuntimeException(ErrorCode.InvalidArgument, $"Tensor of type: {type} is not supported");
    }

    internal static Type TypeOf(TensorElementType element) => Find(element).Type;

    internal static int SizeOf(TensorElementType element) => Find(element).Size;

    private static (TensorElementType Element, Type Type, int Size) Find(TensorElementType element)
    {
        foreach (var known in s_known)
        {
            if (known.Element == element)
            {
                return known;
            }
        }

        throw new OnnxRuntimeException(
            ErrorCode.InvalidArgument, $"Element type: {element} has no .NET counterpart in this library");
    }
}
