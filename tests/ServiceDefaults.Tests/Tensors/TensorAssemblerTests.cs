using Google.Protobuf;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.ServiceDefaults.Tests.Tensors;

public sealed class TensorAssemblerTests
{
    [Fact]
    public void Accept_TwoTensorsInOneStream_ReturnsBoth()
    {
        var assembler = new TensorAssembler();
        var frames = TensorCodec.Frames<float>("a", new float[] { 1, 2 }, 2)
            .Concat(TensorCodec.Frames<float>("empty", Array.Empty<float>(), 0, 7))
            .Concat(TensorCodec.Frames<double>("b", new double[] { 3 }));

        var tensors = frames.Select(assembler.Accept).OfType<NamedTensor>().ToList();

        Assert.Equal(["a", "empty", "b"], tensors.Select(t => t.Name));
        Assert.Equal([3.0], tensors[2].Values<double>());
    }

    [Fact]
    public void Accept_ChunksThatSplitAnElement_PutsItTogether()
    {
        var assembler = new TensorAssembler();
        var bytes = TensorCodec.Bytes<double>(new[] { Math.PI }).ToByteArray();

        assembler.Accept(Header(8, 1));
        Assert.Null(assembler.Accept(Chunk(bytes[..3])));

        Assert.Equal([Math.PI], assembler.Accept(Chunk(bytes[3..]))!.Values<double>());
    }

    [Fact]
    public void Accept_HeaderWhoseBytesContradictItsShape_NamesBoth() =>
        Refused("tensor 'x' declares 15 bytes, its shape [2] of Float64 needs 16", Header(15, 2));

    [Fact]
    public void Accept_HeaderAboveTheLimit_NamesTheLimit()
    {
        var e = Assert.Throws<TensorStreamException>(
            () => new TensorAssembler(maxBytes: 1000).Accept(Header(1008, 126)));

        Assert.Equal("tensor 'x' has 1008 bytes, allowed are 1000", e.Message);
    }

    [Fact]
    public void Accept_MoreBytesThanDeclared_IsRefused() =>
        Refused("tensor 'x' got 17 bytes, its header declares 16", Header(16, 2), Chunk(new byte[17]));

    [Fact]
    public void Accept_ChunkBeforeHeader_IsRefused() =>
        Refused("a chunk of 4 bytes came before any header", Chunk(new byte[4]));

    [Fact]
    public void Accept_HeaderInsideATensor_IsRefused() =>
        Refused("the header of tensor 'x' came 8 bytes into tensor 'x', expected 16",
            Header(16, 2), Chunk(new byte[8]), Header(8, 1));

    [Fact]
    public void Accept_EmptyChunk_IsRefused() =>
        Refused("a chunk of tensor 'x' has 0 bytes, allowed are 1 to 65536", Header(16, 2), Chunk([]));

    [Fact]
    public void Accept_OversizedChunk_IsRefused() =>
        Refused("a chunk of tensor 'x' has 65537 bytes, allowed are 1 to 65536",
            Header(80_000, 10_000), Chunk(new byte[65_537]));

    [Fact]
    public void Accept_EmptyFrame_IsRefused() =>
        Refused("a tensor frame is empty, expected a header or a chunk", new TensorFrame());

    [Fact]
    public void Accept_NegativeExtent_IsRefused() =>
        Refused("tensor 'x' has a negative extent in shape [-1]", Header(8, -1));

    [Fact]
    public void Accept_UnknownElementType_IsRefused()
    {
        var frame = Header(8, 1);
        frame.Header.ElementType = (ElementType)9;

        Refused("tensor 'x' has element type 9, expected FLOAT32 (1), FLOAT64 (2), INT64 (3) or UINT8 (4)", frame);
    }

    [Fact]
    public void Accept_HeaderOfAGigabyte_AllocatesOnlyForWhatCame()
    {
        var assembler = new TensorAssembler();
        var before = GC.GetAllocatedBytesForCurrentThread();

        assembler.Accept(Header(1L << 30, 1L << 27));
        assembler.Accept(Chunk(new byte[65_536]));

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4 << 20);
    }

    [Fact]
    public void Complete_InsideATensor_SaysHowFarItCame()
    {
        var assembler = new TensorAssembler();
        assembler.Accept(Header(16, 2));
        assembler.Accept(Chunk(new byte[8]));

        var e = Assert.Throws<TensorStreamException>(assembler.Complete);

        Assert.Equal("the stream ended 8 bytes into tensor 'x', expected 16", e.Message);
    }

    [Fact]
    public void Values_OfAnotherTypeOrShape_NamesBoth()
    {
        var assembler = new TensorAssembler();
        assembler.Accept(Header(16, 2));
        var tensor = assembler.Accept(Chunk(new byte[16]))!;

        Assert.Equal(
            "tensor 'x' holds Float64 elements, expected Float32",
            Assert.Throws<TensorStreamException>(tensor.Values<float>).Message);
        Assert.Equal(
            "tensor 'x' has shape [2], expected [1, 2]",
            Assert.Throws<TensorStreamException>(() => tensor.Values<double>(1, 2)).Message);
    }

    private static void Refused(string message, params TensorFrame[] frames)
    {
        var assembler = new TensorAssembler();
        foreach (var frame in frames[..^1])
        {
            assembler.Accept(frame);
        }

        Assert.Equal(message, Assert.Throws<TensorStreamException>(() => assembler.Accept(frames[^1])).Message);
    }

    private static TensorFrame Header(long bytes, params long[] shape) => new()
    {
        Header = new TensorHeader
        {
            Name = "x",
            ElementType = ElementType.Float64,
            Shape = { shape },
            ByteLength = bytes,
        },
    };

    private static TensorFrame Chunk(byte[] data) =>
        new() { Chunk = new TensorChunk { Data = ByteString.CopyFrom(data) } };
}
