using System.Globalization;

namespace KoopmanMesh.Networks.Data;

/// <summary>Class labels: a one-axis IDX or NPY array, or a CSV with one column, plain or gzipped.</summary>
public static class LabelReader
{
    /// <summary>Reads a file of labels.</summary>
    /// <param name="path">The file.</param>
    /// <param name="classes">Labels must be from 0 to classes - 1; 0 checks only that they are not negative.</param>
    /// <param name="limit">Reads the first labels only; 0 reads all.</param>
    /// <exception cref="DataFormatException">It is no file of labels, or a label is out of range.</exception>
    public static int[] Read(string path, int classes = 0, long limit = 0) =>
        Read(DataSet.Open(path, new DataSetOptions { Limit = limit }), classes);

    /// <summary>The same from bytes that can be opened repeatedly.</summary>
    public static int[] Read(Func<Stream> open, string name, int classes = 0, long limit = 0) =>
        Read(DataSet.Open(open, name, new DataSetOptions { Limit = limit }), classes);

    internal static int[] Read(DataSetReader reader, string name, int classes)
    {
        // Grown as labels arrive: a header's promise allocates nothing.
        var labels = new List<int>();
        var block = new float[4_096];
        for (var count = reader.Read(block); count > 0; count = reader.Read(block))
        {
            foreach (var value in block.AsSpan(0, count))
            {
                labels.Add(Checked(value, labels.Count, name, classes));
            }
        }

        return [.. labels];
    }

    private static int[] Read(DataSet data, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(classes);
        if (data.RowSize != 1)
        {
            throw new DataFormatException(
                $"'{data.Name}' has rows of {string.Join(" x ", data.RowShape)}; labels are one number a row");
        }

        using var reader = data.OpenReader();
        return Read(reader, data.Name, classes);
    }

    private static int Checked(float value, int row, string name, int classes)
    {
        // Above 2^24 float32 no longer tells whole numbers apart.
        var highest = classes > 0 ? classes - 1 : 1 << 24;
        return value >= 0 && value <= highest && value == MathF.Truncate(value)
            ? (int)value
            : throw new DataFormatException(
                $"label {value.ToString(CultureInfo.InvariantCulture)} in row {row} (counted from 0) of '{name}' " +
                $"is not a whole number from 0 to {highest}");
    }
}
