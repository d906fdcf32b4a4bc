using System.Buffers.Binary;
using System.IO.Compression;
using KoopmanMesh.Networks.Data;

namespace KoopmanMesh.Networks.Tests.Data;

public sealed class ArrayFormatTests
{
    private static readonly float[] s_matrix = [1.5f, -2, 3, 4, 5, 6.25f];

    public static TheoryData<byte[]> MatrixFiles =>
        [NumpyFiles.Single, NumpyFiles.DoubleFortran, NumpyFiles.SingleBigEndian, NumpyFiles.Half];

    [Theory]
    [MemberData(nameof(MatrixFiles))]
    public void Npy_MatrixOfAnyFloatTypeAndOrder_ReadsTheSameRows(byte[] file)
    {
        var data = Samples.Open(file);

        Assert.Equal((DataFormat.Npy, false, 2L, 3), (data.Format, data.Compressed, data.Rows, data.RowSize));
        Assert.Equal(s_matrix, Samples.ReadAll(data, batch: 1));
        Assert.Equal(s_matrix, Samples.ReadAll(data, batch: 5));
        Assert.Equal(s_matrix[3..], Samples.ReadAll(data, firstRow: 1));
    }

    [Fact]
    public void Npy_OtherVersionsAndTypes_AreRead()
    {
        Assert.Equal([1, -2, 3, 4], Samples.ReadAll(Samples.Open(NumpyFiles.Version2)));
        Assert.Equal([1, -2, 3, 4], Samples.ReadAll(Samples.Open(NumpyFiles.Version3)));
        Assert.Equal([1, 0], Samples.ReadAll(Samples.Open(NumpyFiles.Booleans)));
        var images = Samples.Open(NumpyFiles.Images);
        Assert.Equal([2, 2], images.RowShape);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], Samples.ReadAll(images));
    }

    [Fact]
    public void Npy_Gzipped_IsReadButNotInFortranOrder()
    {
        var data = Samples.Open(Samples.Zip(NumpyFiles.Single));
        var fortran = Samples.Open(Samples.Zip(NumpyFiles.DoubleFortran));

        Assert.True(data.Compressed);
        Assert.Equal(s_matrix, Samples.ReadAll(data));
        var error = Assert.Throws<DataFormatException>(() => fortran.OpenReader());
        Assert.Contains("save it in C order", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Npy_TypesThatAreNoNumbers_AreRefusedWithTheirHeader()
    {
        Assert.Contains("<U1", Refusal(NumpyFiles.Strings), StringComparison.Ordinal);
        Assert.Contains("<c16", Refusal(NumpyFiles.Complex), StringComparison.Ordinal);
        Assert.Contains("needs a row axis", Refusal(NumpyFiles.Scalar), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(2, 3)", "(2, 4)", "but the file has 152 bytes")]
    [InlineData("(2, 3)", "(1, 3)", "but the file has 152 bytes")]
    [InlineData("(2, 3)", "(0, 3)", "every axis must be at least 1 long")]
    [InlineData("(2, 3)", "(-2,3)", "every axis must be at least 1 long")]
    [InlineData("(2, 3)", "(2, x)", "has the axis 'x'")]
    [InlineData("(2, 3)", "2 by 3", "lacks fortran_order or shape")]
    [InlineData("(2, 3), }", "(2, 99999999999), }", "that are supported")]
    [InlineData("(2, 3), }", "(9999999999999,) }", "but the file has ")]
    [InlineData("(2, 3), }", "(9223372036854775807,) }", "but the file has ")]
    [InlineData("NUMPY\u0001", "NUMPY\u0004", "NPY version 4")]
    public void Npy_HeaderThatLies_IsRefusedInOneSentence(string from, string to, string expected)
    {
        var text = System.Text.Encoding.Latin1.GetString(NumpyFiles.Single);
        Assert.Contains(from, text, StringComparison.Ordinal);

        var lying = System.Text.Encoding.Latin1.GetBytes(text.Replace(from, to, StringComparison.Ordinal));

        Assert.Contains(expected, Refusal(lying), StringComparison.Ordinal);
    }

    [Fact]
    public void Npy_HeaderLengthBeyondReason_AllocatesNothing()
    {
        var bytes = NumpyFiles.Version2;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), uint.MaxValue);

        Assert.Contains("claims 4294967295 bytes", Refusal(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void Idx_EveryElementType_IsReadBigEndian()
    {
        Assert.Equal([1, 255], Values(0x08, 1, 255));
        Assert.Equal([1, -1], Values(0x09, 1, 255));
        Assert.Equal([258, -2], Values(0x0B, 1, 2, 255, 254));
        Assert.Equal([258, -2], Values(0x0C, 0, 0, 1, 2, 255, 255, 255, 254));
        Assert.Equal([1.5f, -2], Values(0x0D, 0x3F, 0xC0, 0, 0, 0xC0, 0, 0, 0));
        Assert.Equal([1.5f, -2], Values(0x0E, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0));

        static float[] Values(byte type, params byte[] content) =>
            Samples.ReadAll(Samples.Open(Samples.Idx(type, [2], content)));
    }

    [Fact]
    public void Idx_ScaleAndLimit_ApplyExactly()
    {
        var pixels = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        var options = new DataSetOptions { Scale = 1.0 / 255, Limit = 60 };

        var data = Samples.Open(Samples.Idx(0x08, [64, 2, 2], pixels), options);

        Assert.Equal(60, data.Rows);
        Assert.Equal(pixels.Take(240).Select(p => p / 255f), Samples.ReadAll(data));
    }

    [Theory]
    [InlineData(new[] { 3, 2 }, "but the file has 16 bytes")]
    [InlineData(new[] { 1, 2 }, "but the file has 16 bytes")]
    [InlineData(new[] { 0, 2 }, "has the shape 0 x 2")]
    [InlineData(new[] { 2, -2 }, "has the shape 2 x -2")]
    [InlineData(new[] { 2, int.MaxValue }, "that are supported")]
    [InlineData(new[] { int.MaxValue, 1 << 20 }, "but the file has 16 bytes")]
    public void Idx_HeaderThatLies_IsRefusedInOneSentence(int[] axes, string expected) =>
        Assert.Contains(expected, Refusal(Samples.Idx(0x08, axes, 1, 2, 3, 4)), StringComparison.Ordinal);

    [Fact]
    public void Idx_GzippedAndLying_IsRefusedWhenOpenedOrWhenRead()
    {
        var huge = Samples.Zip(Samples.Idx(0x08, [int.MaxValue, 784], 1, 2, 3, 4));
        var longer = Samples.Open(Samples.Zip(Samples.Idx(0x08, [3, 2], 1, 2, 3, 4)));
        var shorter = Samples.Open(Samples.Zip(Samples.Idx(0x08, [1, 2], 1, 2, 3, 4)));

        Assert.Contains("more than", Refusal(huge), StringComparison.Ordinal);
        Assert.Equal(
            "'sample' ends before the 3 rows that its header promises",
            Assert.Throws<DataFormatException>(() => Samples.ReadAll(longer)).Message);
        Assert.Equal(
            "'sample' goes on after the 1 rows that its header promises",
            Assert.Throws<DataFormatException>(() => Samples.ReadAll(shorter)).Message);
        Assert.Throws<DataFormatException>(() => longer.OpenReader(3));
    }

    [Fact]
    public void Npy_OfUnknownLength_MayNotPromiseMoreThanAnyFile()
    {
        var text = System.Text.Encoding.Latin1.GetString(NumpyFiles.Single);
        var lying = System.Text.Encoding.Latin1.GetBytes(
            text.Replace("(2, 3), }", "(9223372036854775807,), }", StringComparison.Ordinal));
        var zipped = Samples.Zip(lying);

        var error = Assert.Throws<DataFormatException>(
            () => DataSet.Open(() => new GZipStream(new MemoryStream(zipped), CompressionMode.Decompress), "pipe"));

        Assert.EndsWith("more than any file can hold", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gzip_CutShortOrDamaged_IsRefused()
    {
        var content = new byte[40_000];
        new Random(3).NextBytes(content);
        var whole = Samples.Zip(Samples.Idx(0x08, [10_000, 4], content));
        var damaged = (byte[])whole.Clone();
        damaged.AsSpan(20_000, 50).Clear();

        Assert.Throws<DataFormatException>(() => Samples.ReadAll(Samples.Open(whole[..30_000])));
        Assert.Throws<DataFormatException>(() => Samples.ReadAll(Samples.Open(damaged)));
    }

    [Fact]
    public void Gzip_ConcatenatedMembers_AreOneFile()
    {
        var file = Samples.Idx(0x08, [2, 2], 1, 2, 3, 4);

        var data = Samples.Open([.. Samples.Zip(file[..13]), .. Samples.Zip(file[13..])]);

        Assert.Equal([1, 2, 3, 4], Samples.ReadAll(data));
    }

    [Fact]
    public void Values_NotFinite_AreNamedByRowAndColumn()
    {
        var file = Samples.Idx(0x0D, [3, 2], new byte[24]);
        BinaryPrimitives.WriteSingleBigEndian(file.AsSpan(12 + 20), float.NaN);
        var infinite = Samples.Idx(0x0E, [1, 2], new byte[16]);
        BinaryPrimitives.WriteDoubleBigEndian(infinite.AsSpan(12), 1e300);

        var nan = Assert.Throws<DataFormatException>(() => Samples.ReadAll(Samples.Open(file), batch: 2));
        var inf = Assert.Throws<DataFormatException>(() => Samples.ReadAll(Samples.Open(infinite)));

        Assert.Contains(
            "row 2, column 1 (both counted from 0) of 'sample' is NaN", nan.Message, StringComparison.Ordinal);
        Assert.Contains(
            "row 0, column 0 (both counted from 0) of 'sample' is infinite", inf.Message, StringComparison.Ordinal);
    }

    private static string Refusal(byte[] bytes) =>
        Assert.Throws<DataFormatException>(() => Samples.Open(bytes)).Message;
}
