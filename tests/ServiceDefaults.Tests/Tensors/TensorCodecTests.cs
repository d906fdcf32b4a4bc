using System.Buffers.Binary;
using Google.Protobuf;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.ServiceDefaults.Tests.Tensors;

public sealed class TensorCodecTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16_384)]
    [InlineData(16_385)]
    [InlineData(100_003)]
    public void Frames_OfFloats_RoundTripBitForBit(int count)
    {
        var values = Enumerable.Range(0, count).Select(i => MathF.Sin(i) * 1e-3f).ToArray();

        var tensor = OverTheWire(TensorCodec.Frames<float>("x", values, count, 1));

        Assert.Equal("x", tensor.Name);
        Assert.Equal([count, 1L], tensor.Shape);
        Assert.Equal(values, tensor.Values<float>(count, 1));
    }

    [Fact]
    public void Frames_OfDoublesAndLongs_KeepNonFiniteAndExtremeValues()
    {
        double[] doubles = [double.NaN, double.NegativeInfinity, -0.0, double.Epsilon, double.MaxValue, 1];
        long[] longs = [long.MinValue, -1, 0, long.MaxValue];

        var d = OverTheWire(TensorCodec.Frames<double>("d", doubles, 2, 3)).Values<double>();
        var l = OverTheWire(TensorCodec.Frames<long>("l", longs, 4)).Values<long>();

        Assert.Equal(doubles.Select(BitConverter.DoubleToInt64Bits), d.Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(longs, l);
    }

    [Fact]
    public void Frames_OfAnyTensor_StayWithinTheChunkLimit()
    {
        var frames = TensorCodec.Frames<double>("d", new double[50_000], 50_000).ToList();

        Assert.All(frames.Skip(1), f => Assert.InRange(f.Chunk.Data.Length, 1, TensorCodec.ChunkBytes));
        Assert.Equal(400_000, frames.Skip(1).Sum(f => f.Chunk.Data.Length));
        Assert.All(frames, f => Assert.True(f.CalculateSize() < 80_000));
    }

    [Fact]
    public void Bytes_OfFloats_AreLittleEndianAndNotACopy()
    {
        float[] values = [1.5f, -2];

        var bytes = TensorCodec.Bytes<float>(values);
        values[1] = 7;

        Assert.Equal(1.5f, BinaryPrimitives.ReadSingleLittleEndian(bytes.Span));
        Assert.Equal(7f, BinaryPrimitives.ReadSingleLittleEndian(bytes.Span[4..]));
    }

    [Fact]
    public unsafe void Bytes_WhenPinned_PointAtTheValues()
    {
        float[] values = [1, 2, 3];

        using var pinned = TensorCodec.Bytes<float>(values.AsMemory(1)).Memory.Slice(4).Pin();

        Assert.Equal(3f, *(float*)pinned.Pointer);
    }

    [Fact]
    public void CopyAndView_OfRawBytes_ReturnTheValues()
    {
        float[] values = [1, 2, 3, 4];
        var bytes = ByteString.CopyFrom(TensorCodec.Bytes<float>(values).Span);
        var copy = new float[4];

        TensorCodec.Copy(bytes, copy.AsSpan(), "chunk.before");

        Assert.Equal(values, copy);
        Assert.Equal(values, TensorCodec.View<float>(bytes, 4, "chunk.before").ToArray());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(long.MaxValue)]
    public void View_OfAnotherLength_NamesWhatWasExpected(long count)
    {
        var bytes = TensorCodec.Bytes<float>(new float[4]);

        var e = Assert.Throws<TensorStreamException>(() => { TensorCodec.View<float>(bytes, count, "chunk.after"); });

        Assert.Equal($"chunk.after has 16 bytes, expected {count} elements of 4 bytes", e.Message);
    }

    [Fact]
    public void Frames_WhoseShapeIsNotTheirLength_AreRefused()
    {
        var e = Assert.Throws<ArgumentException>(() => TensorCodec.Frames<float>("x", new float[5], 2, 3));

        Assert.StartsWith("tensor 'x' of shape [2, 3] has 6 elements, got 5", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1L << 40, 1L << 40)]
    [InlineData(long.MaxValue, 2)]
    public void ByteLength_ThatOverflows_IsRefused(long rows, long columns)
    {
        var header = new TensorHeader { Name = "x", ElementType = ElementType.Float64, Shape = { rows, columns } };

        var e = Assert.Throws<TensorStreamException>(() => TensorCodec.ByteLength(header));

        Assert.Contains("larger than 2^63 bytes", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ByteLength_OfAHugeShapeWithAZero_IsStillChecked()
    {
        var header = new TensorHeader
        {
            Name = "x",
            ElementType = ElementType.Float32,
            Shape = { 0, 1L << 40, 1L << 40 },
        };

        Assert.Throws<TensorStreamException>(() => TensorCodec.ByteLength(header));
    }

    private static NamedTensor OverTheWire(IEnumerable<TensorFrame> frames)
    {
        var assembler = new TensorAssembler();
        NamedTensor? tensor = null;
        foreach (var frame in frames)
        {
            Assert.Null(tensor);
            tensor = assembler.Accept(TensorFrame.Parser.ParseFrom(frame.ToByteArray()));
        }

        assembler.Complete();
        return Assert.IsType<NamedTensor>(tensor);
    }
}
