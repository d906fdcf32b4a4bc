using Microsoft.ML.OnnxRuntime.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>What a session says of one of its inputs or outputs.</summary>
public unsafe class NodeMetadata
{
    private readonly int[] _dimensions = [];
    private readonly string[] _symbolicDimensions = [];
    private readonly TensorElementType _elementType;

    internal NodeMetadata(nint typeInfo)
    {
        OnnxValueType = (OnnxValueType)OrtApi.Get<int>(Slot.GetOnnxTypeFromTypeInfo, typeInfo);
        if (!IsTensor)
        {
            return;
        }

        // The cast's result belongs to typeInfo: it is not released.
        var tensor = OrtApi.Get<nint>(Slot.CastTypeInfoToTensorInfo, typeInfo);
        _elementType = (TensorElementType)OrtApi.Get<int>(Slot.GetTensorElementType, tensor);
        _dimensions = Array.ConvertAll(OrtTensorTypeAndShapeInfo.ReadShape(tensor), d => checked((int)d));
        var names = new nint[_dimensions.Length];
        fixed (nint* first = names)
        {
            OrtApi.Check(((delegate* unmanaged<nint, nint*, nint, nint>)OrtApi.Function(Slot.GetSymbolicDimensions))(
                tensor, first, names.Length));
        }

        _symbolicDimensions = Array.ConvertAll(names, OrtApi.Text);
    }

    /// <summary>What the value is.</summary>
    public OnnxValueType OnnxValueType { get; }

    /// <summary>Lengths of the axes; -1 for a free one.</summary>
    public int[] Dimensions => Tensor(_dimensions);

    /// <summary>Names of the free axes; empty where there is none.</summary>
    public string[] SymbolicDimensions => Tensor(_symbolicDimensions);

    /// <summary>The .NET type of the elements.</summary>
    public Type ElementType => ElementTypes.TypeOf(ElementDataType);

    /// <summary>The element type.</summary>
    public TensorElementType ElementDataType => Tensor(_elementType);

    /// <summary>Whether the elements are strings.</summary>
    public bool IsString => ElementDataType == TensorElementType.String;

    /// <summary>Whether the value is a tensor.</summary>
    public bool IsTensor => OnnxValueType is OnnxValueType.ONNX_TYPE_TENSOR or OnnxValueType.ONNX_TYPE_SPARSETENSOR;

    internal nint ZeroTerminatedName { get; init; }

    private T Tensor<T>(T value) => IsTensor
        ? value
        : throw new OnnxRuntimeException(ErrorCode.Fail, "OnnxValueType must either be a tensor or sparse tensor");
}
