using System.Buffers.Binary;
using System.Text;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Tests.Storage;

public sealed class TensorArchiveTests
{
    private const string OneTensor = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";

    [Fact]
    public void ReadAfterWrite_AllTypesAndStrings_AreTheSameToTheBit()
    {
        var archive = new TensorArchive();
        archive.SetMetadata("note", "\"quoted\" ü");
        archive.Add("singles", new[] { 1.5f, float.NaN, -0f }, 3);
        archive.Add("doubles", new[] { Math.PI, double.Epsilon, 1, 2, 3, 4 }, 2, 3);
        archive.Add("integers", new[] { long.MinValue, long.MaxValue }, 1, 2);
        archive.Add("scalar", new[] { 7.0 });
        archive.Add("empty", Array.Empty<float>(), 0, 5);

        var read = RoundTrip(archive);

        Assert.Equal(["singles", "doubles", "integers", "scalar", "empty"], read.Names);
        Assert.Equal("\"quoted\" ü", read.RequireMetadata("note"));
        Assert.Equal(
            new[] { 1.5f, float.NaN, -0f }.Select(BitConverter.SingleToInt32Bits),
            read.Singles("singles", 3).Select(BitConverter.SingleToInt32Bits));
        Assert.Equal([Math.PI, double.Epsilon, 1, 2, 3, 4], read.Doubles("doubles", 2, 3));
        Assert.Equal([long.MinValue, long.MaxValue], read.Integers("integers"));
        Assert.Equal([7.0], read.Doubles("scalar"));
        Assert.Equal([0L, 5L], read.ShapeOf("empty"));
        Assert.Equal(
            (TensorType.F64, true, false), (read.TypeOf("scalar"), read.Contains("empty"), read.Contains("none")));
    }

    [Fact]
    public void Write_OneTensor_IsTheDocumentedFormat()
    {
        var archive = new TensorArchive();
        archive.Add("a", new[] { 1f, 2f }, 2);
        using var stream = new MemoryStream();

        archive.Write(stream);

        var bytes = stream.ToArray();
        var header = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.Equal(0, header % 8);
        Assert.Equal(OneTensor, Encoding.UTF8.GetString(bytes, 8, header).TrimEnd(' '));
        Assert.Equal([0, 0, 0x80, 0x3F, 0, 0, 0, 0x40], bytes[(8 + header)..]);
    }

    [Fact]
    public void Read_CutShortAnywhere_SaysSo()
    {
        var bytes = File(OneTensor, 8);
        for (var length = 0; length < bytes.Length; length++)
        {
            using var stream = new MemoryStream(bytes, 0, length);

            Assert.Throws<TensorFormatException>(() => TensorArchive.Read(stream));
        }
    }

    [Fact]
    public void Read_StreamShorterThanAnnounced_SaysSo()
    {
        var bytes = File(OneTensor, 8);
        using var stream = new MemoryStream(bytes, 0, bytes.Length - 3);

        var error = Assert.Throws<TensorFormatException>(() => TensorArchive.Read(stream, bytes.Length));

        Assert.Equal($"the archive ends before the {bytes.Length} bytes it was said to have", error.Message);
    }

    [Theory]
    [InlineData("nonsense", 0, "the archive's header is not JSON")]
    [InlineData("""{"\ud800":1}""", 0, "the archive's header holds text that is not UTF-8")]
    [InlineData("[]", 0, "the archive's header is a JSON Array, expected an object")]
    [InlineData(
        """{"a":1}""", 0, "tensor \"a\" is described by 1, expected an object with dtype, shape and two data_offsets")]
    [InlineData(
        """{"a":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}}""", 8,
        "tensor \"a\" is of type F16, expected F32, F64, I64 or U8")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8,
        "tensor \"a\" of F32 [3] cannot fill bytes 0 to 8")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8,
        "tensor \"a\" of F32 [-2] cannot fill bytes 0 to 8")]
    [InlineData(
        """{"a":{"dtype":"F64","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0,
        "tensor \"a\" of F64 [4611686018427387904, 4] cannot fill bytes 0 to 0")]
    [InlineData(
        """{"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}}""", 0,
        "tensor \"a\" of F64 [2305843009213693952] cannot fill bytes 0 to 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}""", 8, "tensor \"a\" is described by")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7,
        "tensor \"a\" lies at bytes 0 to 8, expected from 0 and within 7")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9,
        "the archive's tensors take 8 bytes, but 9 bytes follow the header")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8,
        "tensor \"a\" lies at bytes 4 to 8, expected from 0 and within 8")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4,
        "tensor \"b\" lies at bytes 0 to 4, expected from 4 and within 4")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0,
        "the archive's header names \"a\" twice")]
    [InlineData("""{"__metadata__":3}""", 0, "the archive's metadata is a JSON Number, expected an object of strings")]
    [InlineData("""{"__metadata__":{"k":3}}""", 0, "the archive's metadata \"k\" is not one string")]
    public void Read_LyingHeader_IsCaughtByName(string header, int elementBytes, string message)
    {
        using var stream = new MemoryStream(File(header, elementBytes));

        var error = Assert.Throws<TensorFormatException>(() => TensorArchive.Read(stream));

        Assert.StartsWith(message, error.Message);
    }

    [Fact]
    public void Read_HeaderLongerThanTheFile_IsRefusedBeforeAllocating()
    {
        var bytes = File(OneTensor, 8);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, ulong.MaxValue);
        using var stream = new MemoryStream(bytes);

        var error = Assert.Throws<TensorFormatException>(() => TensorArchive.Read(stream));

        Assert.Equal(
            $"the archive announces a header of 18446744073709551615 bytes, expected at most {bytes.Length - 8}",
            error.Message);
    }

    [Fact]
    public void Read_RandomBytes_NeverAnythingButAFormatError()
    {
        var random = new Random(71);
        for (var trial = 0; trial < 300; trial++)
        {
            var bytes = File(OneTensor, 8);
            for (var flips = 0; flips < 3; flips++)
            {
                bytes[random.Next(bytes.Length - 8)] = (byte)random.Next(256);
            }

            using var stream = new MemoryStream(bytes);
            var error = Record.Exception(() => TensorArchive.Read(stream));
            Assert.True(error is null or TensorFormatException, error?.ToString());
        }
    }

    [Fact]
    public void Doubles_OtherTypeShapeOrName_NamesBoth()
    {
        var archive = new TensorArchive();
        archive.Add("a", new[] { 1f, 2f }, 2);

        Assert.Equal(
            "tensor \"a\" is F32 [2], expected F64 of any shape",
            Assert.Throws<TensorFormatException>(() => archive.Doubles("a")).Message);
        Assert.Equal(
            "tensor \"a\" is F32 [2], expected F32 [3]",
            Assert.Throws<TensorFormatException>(() => archive.Singles("a", 3)).Message);
        Assert.Equal(
            "the archive has no tensor \"b\"",
            Assert.Throws<TensorFormatException>(() => archive.Singles("b")).Message);
        Assert.Equal(
            "the archive has no metadata \"m\"",
            Assert.Throws<TensorFormatException>(() => archive.RequireMetadata("m")).Message);
    }

    [Fact]
    public void Add_WrongShapeOrTakenName_IsRefused()
    {
        var archive = new TensorArchive();
        archive.Add("a", new[] { 1f, 2f }, 2);

        var shape = Assert.Throws<ArgumentException>(() => archive.Add("b", new[] { 1f, 2f }, 3));
        var name = Assert.Throws<ArgumentException>(() => archive.Add("a", new[] { 1f }, 1));

        Assert.StartsWith("tensor \"b\" of shape [3] cannot hold 2 elements", shape.Message);
        Assert.StartsWith("the name \"a\" is taken in this archive", name.Message);
        Assert.Throws<ArgumentException>(() => archive.Add("__metadata__", new[] { 1f }, 1));
    }

    private static TensorArchive RoundTrip(TensorArchive archive)
    {
        using var stream = new MemoryStream();
        archive.Write(stream);
        stream.Position = 0;
        return TensorArchive.Read(stream);
    }

    private static byte[] File(string header, int elementBytes)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + text.Length + elementBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)text.Length);
        text.CopyTo(bytes, 8);
        return bytes;
    }
}
