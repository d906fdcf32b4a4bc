using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace KoopmanMesh.OnnxRuntime.Tests;

public sealed class OrtValueTests
{
    [Fact]
    public void Tensor_OverMemory_SharesItBothWays()
    {
        var mine = new float[] { 1, 2, 3, 4, 5, 6, 7 };

        using var value = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, mine.AsMemory(1, 6), [2, 3]);
        value.GetTensorMutableDataAsSpan<float>()[5] = 70;
        mine[1] = 20;

        Assert.Equal([20f, 3, 4, 5, 6, 70], value.GetTensorDataAsSpan<float>());
        Assert.Equal(70, mine[6]);
        var info = value.GetTensorTypeAndShape();
        Assert.Equal([2L, 3], info.Shape);
        Assert.Equal(6, info.ElementCount);
        Assert.Equal(2, info.DimensionsCount);
        Assert.Equal(TensorElementType.Float, info.ElementDataType);
    }

    [Fact]
    public void Tensor_OverManagedArray_StaysInPlaceThroughCollections()
    {
        var mine = new double[1_000];
        using var value = OrtValue.CreateTensorValueFromMemory(mine, [1_000]);

        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        mine[999] = Math.PI;

        Assert.Equal(Math.PI, value.GetTensorDataAsSpan<double>()[999]);
    }

    [Fact]
    public void Tensor_EveryElementType_RoundTrips()
    {
        Check<float>(TensorElementType.Float);
        Check<double>(TensorElementType.Double);
        Check<byte>(TensorElementType.UInt8);
        Check<sbyte>(TensorElementType.Int8);
        Check<ushort>(TensorElementType.UInt16);
        Check<short>(TensorElementType.Int16);
        Check<uint>(TensorElementType.UInt32);
        Check<int>(TensorElementType.Int32);
        Check<ulong>(TensorElementType.UInt64);
        Check<long>(TensorElementType.Int64);
        Check<bool>(TensorElementType.Bool);

        static void Check<T>(TensorElementType element) where T : unmanaged
        {
            using var value = OrtValue.CreateTensorValueFromMemory(new T[6], [3, 2]);
            Assert.Equal(element, value.GetTensorTypeAndShape().ElementDataType);
            Assert.Equal(6, value.GetTensorDataAsSpan<T>().Length);
        }
    }

    [Fact]
    public void Tensor_AllocatedByTheLibrary_IsWritable()
    {
        using var value = OrtValue.CreateAllocatedTensorValue(
            OrtAllocator.DefaultInstance, TensorElementType.Int64, [2, 2]);

        value.GetTensorMutableDataAsSpan<long>().Fill(-9);

        Assert.Equal([-9L, -9, -9, -9], value.GetTensorDataAsSpan<long>());
        Assert.Equal(32, value.GetTensorDataAsSpan<byte>().Length);
    }

    [Fact]
    public void Tensor_ScalarAndEmptyShapes_HaveOneAndNoElements()
    {
        using var scalar = OrtValue.CreateTensorValueFromMemory(new[] { 5f }, []);
        using var empty = OrtValue.CreateTensorValueFromMemory(new float[4], [0, 3]);

        Assert.Equal([5f], scalar.GetTensorDataAsSpan<float>());
        Assert.True(empty.GetTensorDataAsSpan<float>().IsEmpty);
    }

    [Fact]
    public void Tensor_ShapeLargerThanTheMemory_IsRefusedWithBothSizes()
    {
        var error = Assert.Throws<OnnxRuntimeException>(
            () => OrtValue.CreateTensorValueFromMemory(new float[5], [2, 3]));

        Assert.Equal(
            "[ErrorCode:InvalidArgument] Managed memory size: 5 elements is less than shape size: 6 elements",
            error.Message);
    }

    [Fact]
    public void Tensor_NegativeDimension_IsRefused()
    {
        var error = Assert.Throws<OnnxRuntimeException>(
            () => OrtValue.CreateTensorValueFromMemory(new float[5], [-1, 3]));

        Assert.EndsWith("Shape [-1, 3] has a negative dimension", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensor_ReadAsAnotherType_IsRefused()
    {
        using var value = OrtValue.CreateTensorValueFromMemory(new float[5], [5]);

        var error = Assert.Throws<OnnxRuntimeException>(() => value.GetTensorDataAsSpan<int>().Length);

        Assert.Contains("System.Int32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensor_OfAnUnsupportedType_IsRefused()
    {
        Assert.Throws<OnnxRuntimeException>(() => OrtValue.CreateTensorValueFromMemory(new decimal[5], [5]));
    }

    [Fact]
    public void Value_Disposed_ThrowsWhenUsed()
    {
        var value = OrtValue.CreateTensorValueFromMemory(new float[5], [5]);
        value.Dispose();
        value.Dispose();

        Assert.Throws<ObjectDisposedException>(() => value.GetTensorTypeAndShape());
    }
}
