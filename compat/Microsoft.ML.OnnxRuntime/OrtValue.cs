using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>
/// A value of the library, most often a tensor. Over managed memory it pins that memory until disposed; spans read from
/// it are valid until then.
/// </summary>
public unsafe class OrtValue : IDisposable
{
    private readonly ValueHandle _handle;

    internal OrtValue(nint value) : this(new ValueHandle(value, default)) =>
        OnnxType = (OnnxValueType)OrtApi.Get<int>(Slot.GetValueType, value);

    private OrtValue(ValueHandle handle) => (_handle, OnnxType) = (handle, OnnxValueType.ONNX_TYPE_TENSOR);

    /// <summary>What the value is.</summary>
    public OnnxValueType OnnxType { get; }

    /// <summary>Whether the value is a tensor.</summary>
    public bool IsTensor => OnnxType == OnnxValueType.ONNX_TYPE_TENSOR;

    internal nint Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
            return _handle.DangerousGetHandle();
        }
    }

    /// <summary>A tensor over memory, which may be longer than the shape needs. Nothing is copied.</summary>
    public static OrtValue CreateTensorValueFromMemory<T>(OrtMemoryInfo memoryInfo, Memory<T> memory, long[] shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(memoryInfo);
        ArgumentNullException.ThrowIfNull(shape);
        var elementType = ElementTypes.Of(typeof(T));
        var size = SizeOf(shape);
        if (size > memory.Length)
        {
            throw new OnnxRuntimeException(
                ErrorCode.InvalidArgument,
                $"Managed memory size: {memory.Length} elements is less than shape size: {size} elements");
        }

        var pin = memory.Pin();
        try
        {
            nint value = 0;
            fixed (long* dimensions = shape)
            {
                OrtApi.Check(((delegate* unmanaged<nint, void*, nint, long*, nint, TensorElementType, nint*, nint>)
                    OrtApi.Function(Slot.CreateTensorWithDataAsOrtValue))(
                        memoryInfo.Pointer, pin.Pointer, (nint)memory.Length * sizeof(T), dimensions, shape.Length,
                        elementType, &value));
            }

            return new OrtValue(new ValueHandle(value, pin));
        }
        catch
        {
            pin.Dispose();
            throw;
        }
    }

    /// <summary>A tensor over an array. Nothing is copied.</summary>
    public static OrtValue CreateTensorValueFromMemory<T>(T[] data, long[] shape) where T : unmanaged =>
        CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, new Memory<T>(data), shape);

    /// <summary>A tensor over memory of the library's own, not cleared.</summary>
    public static OrtValue CreateAllocatedTensorValue(
        OrtAllocator allocator, TensorElementType elementType, long[] shape)
    {
        ArgumentNullException.ThrowIfNull(allocator);
        ArgumentNullException.ThrowIfNull(shape);
        nint value = 0;
        fixed (long* dimensions = shape)
        {
            OrtApi.Check(((delegate* unmanaged<nint, long*, nint, TensorElementType, nint*, nint>)
                OrtApi.Function(Slot.CreateTensorAsOrtValue))(
                    allocator.Pointer, dimensions, shape.Length, elementType, &value));
        }

        return new OrtValue(new ValueHandle(value, default));
    }

    /// <summary>The elements, row-major. T must be the element type, or byte for the raw bytes.</summary>
    public ReadOnlySpan<T> GetTensorDataAsSpan<T>() where T : unmanaged => GetTensorMutableDataAsSpan<T>();

    /// <summary>
    /// The elements, row-major, to be written. T must be the element type, or byte for the raw bytes.
    /// </summary>
    public Span<T> GetTensorMutableDataAsSpan<T>() where T : unmanaged
    {
        var info = GetTensorTypeAndShape();
        if (typeof(T) != typeof(byte) && ElementTypes.TypeOf(info.ElementDataType) != typeof(T))
        {
            throw new OnnxRuntimeException(
                ErrorCode.InvalidArgument,
                $"Requested type: {typeof(T)} does not match the actual type: {info.ElementDataType}");
        }

        var bytes = checked(info.ElementCount * ElementTypes.SizeOf(info.ElementDataType));
        var length = checked((int)(bytes / sizeof(T)));
        return length == 0 ? [] : new Span<T>((void*)OrtApi.Get<nint>(Slot.GetTensorMutableData, Handle), length);
    }

    /// <summary>Element type and shape.</summary>
    public OrtTensorTypeAndShapeInfo GetTensorTypeAndShape()
    {
        if (!IsTensor)
        {
            throw new OnnxRuntimeException(
                ErrorCode.InvalidArgument, $"This OrtValue type contains: {OnnxType}, not a tensor");
        }

        var info = OrtApi.Get<nint>(Slot.GetTensorTypeAndShape, Handle);
        try
        {
            return new OrtTensorTypeAndShapeInfo(info);
        }
        finally
        {
            OrtApi.Release(Slot.ReleaseTensorTypeAndShapeInfo, info);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static long SizeOf(long[] shape)
    {
        var size = 1L;
        foreach (var length in shape)
        {
            size = length >= 0
                ? checked(size * length)
                : throw new OnnxRuntimeException(
                    ErrorCode.InvalidArgument, $"Shape [{string.Join(", ", shape)}] has a negative dimension");
        }

        return size;
    }

    private sealed class ValueHandle : SafeHandle
    {
        private MemoryHandle _pin;

        internal ValueHandle(nint value, MemoryHandle pin) : base(0, ownsHandle: true)
        {
            _pin = pin;
            SetHandle(value);
        }

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            OrtApi.Release(Slot.ReleaseValue, handle);
            _pin.Dispose();
            return true;
        }
    }
}
