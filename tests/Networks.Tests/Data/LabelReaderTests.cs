using KoopmanMesh.Networks.Data;

namespace KoopmanMesh.Networks.Tests.Data;

public sealed class LabelReaderTests
{
    [Fact]
    public void Labels_OfEveryFormat_AreRead()
    {
        Assert.Equal([3, 1, 2], Read(NumpyFiles.Int64Vector));
        Assert.Equal([1, 0], Read(NumpyFiles.Booleans));
        Assert.Equal([9, 0, 5], Read(Samples.Idx(0x08, [3], 9, 0, 5)));
        Assert.Equal([9, 0], Read(Samples.Zip(Samples.Idx(0x08, [3], 9, 0, 5)), limit: 2));
        Assert.Equal([7, 2], Read("label\n7.000e+00\n2\n"u8.ToArray()));
    }

    [Theory]
    [InlineData("0\n10\n", "label 10 in row 1 (counted from 0) of 'labels' is not a whole number from 0 to 9")]
    [InlineData("0\n-1\n", "label -1 in row 1 (counted from 0) of 'labels' is not a whole number from 0 to 9")]
    [InlineData("0\n1.5\n", "label 1.5 in row 1 (counted from 0) of 'labels' is not a whole number from 0 to 9")]
    public void Labels_OutOfRange_AreNamedWithRowAndRange(string text, string expected)
    {
        var error = Assert.Throws<DataFormatException>(() => Read(System.Text.Encoding.UTF8.GetBytes(text)));

        Assert.Equal(expected, error.Message);
    }

    [Fact]
    public void Labels_OfSeveralColumns_AreRefused()
    {
        var error = Assert.Throws<DataFormatException>(() => Read(NumpyFiles.Images));

        Assert.Equal("'labels' has rows of 2 x 2; labels are one number a row", error.Message);
    }

    [Fact]
    public void Labels_WithoutAColumnOfTheirOwn_AreRefused()
    {
        var error = Assert.Throws<DataFormatException>(() => Samples.Open("1,2\n").ReadLabels());

        Assert.Contains("has no label column", error.Message, StringComparison.Ordinal);
    }

    private static int[] Read(byte[] bytes, long limit = 0) =>
        LabelReader.Read(() => new MemoryStream(bytes), "labels", classes: 10, limit);
}
