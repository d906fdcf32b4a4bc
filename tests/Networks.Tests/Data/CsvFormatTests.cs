using KoopmanMesh.Networks.Data;

namespace KoopmanMesh.Networks.Tests.Data;

public sealed class CsvFormatTests
{
    private static readonly float[] s_matrix = [1.5f, -2, 3, 4, 5, 6.25f];

    [Theory]
    [InlineData("1.5,-2,3\n4,5,6.25\n")]
    [InlineData("1.5,-2,3\r\n4,5,6.25")]
    [InlineData("a,b,c\n1.5,-2,3\n4,5,6.25\n")]
    [InlineData("\"a\",\"b\",\"c\"\n\"1.5\", -2 ,3e0\n\n4,5,6.25\n\n")]
    [InlineData("\uFEFF1.5;-2;3\n4;5;6.25\n")]
    [InlineData("1.5\t-2\t3\n4\t5\t6.25\n")]
    [InlineData("# x y z\n  1.5   -2 3 \n4 5 6.25\n")]
    [InlineData("# made by savetxt\n# x, y, z\nx y z\n1.5 -2 3\n4 5 6.25\n")]
    public void Csv_AnyDialect_ReadsTheSameRows(string text)
    {
        var data = Samples.Open(text);

        Assert.Equal((DataFormat.Csv, 2L, 3), (data.Format, data.Rows, data.RowSize));
        Assert.Equal(s_matrix, Samples.ReadAll(data, batch: 1));
        Assert.Equal(s_matrix[3..], Samples.ReadAll(data, firstRow: 1));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public void Csv_LabelColumn_LeavesTheFeaturesAndIsReadApart(int column)
    {
        var data = Samples.Open("x,y,c\n1,2,0\n3,4,2\n", new DataSetOptions { LabelColumn = column, Scale = 0.5 });

        Assert.Equal([2], data.RowShape);
        Assert.Equal([0.5f, 1, 1.5f, 2], Samples.ReadAll(data));
        Assert.Equal([0, 2], data.ReadLabels(3));
        Assert.Contains(
            "label 2 in row 1 (counted from 0) of 'sample' is not a whole number from 0 to 1",
            Assert.Throws<DataFormatException>(() => data.ReadLabels(2)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_LabelColumnInTheMiddle_LeavesTheOthersInOrder()
    {
        var data = Samples.Open("1 0 2\n3 1 4\n", new DataSetOptions { LabelColumn = 2 });

        Assert.Equal([1, 2, 3, 4], Samples.ReadAll(data));
        Assert.Equal([0, 1], data.ReadLabels());
    }

    [Fact]
    public void Csv_Limit_StopsBeforeWhatFollows()
    {
        var data = Samples.Open("1,2\n3,4\nbroken\n", new DataSetOptions { Limit = 2 });

        Assert.Equal(2, data.Rows);
        Assert.Equal([1, 2, 3, 4], Samples.ReadAll(data));
    }

    [Theory]
    [InlineData("1,2\n3,x\n", "line 2, column 2 of 'sample' is 'x', not a number")]
    [InlineData("1,2\n3,\n", "line 2, column 2 of 'sample' is '', not a number")]
    [InlineData("a,b\n1,2\n\n3,nan\n", "line 4, column 2 of 'sample' is 'nan'; every value must be finite in float32")]
    [InlineData("1,2\n3,1e39\n", "line 2, column 2 of 'sample' is '1e39'; every value must be finite in float32")]
    [InlineData("1,2\n3,4,5\n", "line 2 of 'sample' has 3 columns, the first row has 2")]
    [InlineData("1,2\n3\n", "line 2 of 'sample' has 1 columns, the first row has 2")]
    public void Csv_BadLine_IsNamedWithItsColumn(string text, string expected)
    {
        var data = Samples.Open(text);

        Assert.Equal(expected, Assert.Throws<DataFormatException>(() => Samples.ReadAll(data)).Message);
    }

    [Theory]
    [InlineData("", "'sample' is empty")]
    [InlineData("\n \n", "'sample' holds no rows")]
    [InlineData("a,b\n", "'sample' holds no rows of numbers, only a header")]
    [InlineData("\u0001\u0002", "'sample' is neither IDX, NPY nor CSV: it begins with the bytes 01 02")]
    [InlineData("PK\u0003\u0004", "'sample' is neither IDX, NPY nor CSV: it begins with the bytes 50 4B 03 04")]
    public void Open_NothingToRead_IsRefused(string text, string expected)
    {
        var error = Assert.Throws<DataFormatException>(() => Samples.Open(text));

        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_LongLines_AreReadWhole()
    {
        var row = string.Join(',', Enumerable.Range(0, 50_000));

        var data = Samples.Open($"{row}\n{row}\n");

        Assert.Equal(50_000, data.RowSize);
        Assert.Equal(2 * 50_000L * 49_999 / 2, Samples.ReadAll(data).Sum(v => (long)v));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(-4)]
    public void Csv_LabelColumnOutside_IsRefused(int column)
    {
        var error = Assert.Throws<DataFormatException>(
            () => Samples.Open("1,2,3\n", new DataSetOptions { LabelColumn = column }));

        Assert.Equal($"'sample' has 3 columns; there is no label column {column}", error.Message);
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Samples.Open("1\n", new DataSetOptions { Limit = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Samples.Open("1\n", new DataSetOptions { Scale = double.NaN }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Samples.Open("1\n").OpenReader(2));
        using var reader = Samples.Open("1,2\n").OpenReader();
        Assert.Throws<ArgumentException>(() => reader.Read(new float[1]));
    }
}
