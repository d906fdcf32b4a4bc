using KoopmanMesh.Numerics.Storage.Arrays;

namespace KoopmanMesh.Numerics.Tests.Storage.Arrays;

/// <summary>Whatever NumPy writes comes back as the same states: number (t, k, f) is 100 t + 10 k + f.</summary>
public sealed class SnapshotReaderTests(NumPyFiles files) : IClassFixture<NumPyFiles>
{
    private const int Length = 7;
    private const int Width = 3;

    public static TheoryData<string, string, string> Files()
    {
        var data = new TheoryData<string, string, string>();
        string[] types = ["f4", "f8", "b>f8", "f2", "i4", "b>i2", "u1", "i8"];
        foreach (var (axis, order) in from a in new[] { "rows", "columns" } from o in "CF" select (a, o))
        {
            foreach (var type in types)
            {
                string[] endings = order == 'C' && type[0] != 'b'
                    ? [".npy", ".npz", "-z.npz", ".safetensors"]
                    : [".npy", ".npz", "-z.npz"];
                foreach (var ending in endings)
                {
                    data.Add(axis, $"{axis}-{order}-{type.Replace(">", "", StringComparison.Ordinal)}", ending);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_ManyTrajectories_InOrder(string axis, string stem, string ending)
    {
        using var source = ArraySource.Open(files[$"{stem}-3{ending}"]);
        var reader = new SnapshotReader(source, AxisOf(axis));

        Assert.Equal((Width, Length, 2), (reader.Width, (int)reader.Length, (int)reader.Trajectories));
        foreach (var trajectory in new[] { 0, 1 })
        {
            for (var k = 0; k < Length;)
            {
                // Four states fit, and none of the next trajectory follows the last.
                var states = new double[(4 * Width) + 1];
                var count = reader.Read(states);
                Assert.Equal(Math.Min(4, Length - k), count);
                for (var i = 0; i < count * Width; i++)
                {
                    Assert.Equal((100 * trajectory) + (10 * (k + (i / Width))) + (i % Width), states[i]);
                }

                k += count;
            }
        }

        Assert.Equal(0, reader.Read(new double[Width]));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_Matrix_IsOneTrajectory(string axis, string stem, string ending)
    {
        using var source = ArraySource.Open(files[$"{stem}-2{ending}"]);
        var reader = new SnapshotReader(source, AxisOf(axis));

        var states = new double[Length * Width];

        Assert.Equal((Width, 1), (reader.Width, (int)reader.Trajectories));
        Assert.Equal(Length, reader.Read(states));
        Assert.Equal(
            from k in Enumerable.Range(0, Length) from f in Enumerable.Range(0, Width) select (10.0 * k) + f, states);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_OneAxis_IsOneFeature(string axis, string stem, string ending)
    {
        using var source = ArraySource.Open(files[$"{stem}-1{ending}{(ending == ".npy" ? "" : ":x")}"]);
        var reader = new SnapshotReader(source, AxisOf(axis));

        var states = new double[Length];

        Assert.Equal((1, Length), (reader.Width, reader.Read(states)));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], states);
    }

    [Theory]
    [InlineData(SnapshotAxis.Columns)]
    [InlineData(SnapshotAxis.Rows)]
    public void Read_MoreThanATile_IsWhatWasWritten(SnapshotAxis axis)
    {
        // 16 features of 300,000 snapshots: more than one tile of 2^22 numbers, in either order.
        const int width = 16, count = 300_000;
        var path = files[$"large-{axis}.npy"];
        NumPyFiles.Python(
            "-c",
            "import sys, numpy as np; x = np.arange(16.0 * 300000).reshape(-1, 16); "
            + "np.save(sys.argv[1], x if sys.argv[2] == 'Rows' else np.ascontiguousarray(x.T))",
            path, axis.ToString());
        using var source = ArraySource.Open(path);
        var reader = new SnapshotReader(source, axis);

        var (states, next) = (new double[7777 * width], 0L);
        for (int read; (read = reader.Read(states)) > 0; next += read)
        {
            Assert.Equal(next * width, states[0]);
            Assert.Equal(((next + read) * width) - 1, states[(read * width) - 1]);
        }

        Assert.Equal(count, next);
    }

    [Fact]
    public void Read_FileLargerThanMemory_TakesTwoTiles()
    {
        // 32 GB that take no disk: features contiguous, so that states must be gathered from all over the file.
        const long length = 500_000_000, width = 16;
        var path = files["sparse.npy"];
        using (var file = File.Create(path))
        {
            var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({width}, {length}), }}"
                .PadRight(117) + "\n";
            file.Write([0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. System.Text.Encoding.ASCII.GetBytes(text)]);
            file.SetLength(128 + (width * length * sizeof(float)));
            file.Position = 128 + (((3 * length) + 999) * sizeof(float));
            file.Write(BitConverter.GetBytes(7f));
        }

        using var source = ArraySource.Open(path);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reader = new SnapshotReader(source, SnapshotAxis.Columns);
        var states = new double[1000 * width];
        Assert.Equal(1000, reader.Read(states));

        Assert.Equal((width, length), (reader.Width, reader.Length));
        Assert.Equal((7, 7), (states[(999 * width) + 3], states.Sum()));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 80_000_000);
    }

    [Theory]
    [InlineData("nowhere.npy", "there is no file '{0}'")]
    [InlineData("folder", "'{0}' is a directory; expected an NPY, NPZ or safetensors file")]
    [InlineData("empty.npy", "'{0}' is empty; expected an NPY, NPZ or safetensors file")]
    [InlineData("text.csv", "'{0}' is not an NPY, NPZ or safetensors file")]
    [InlineData("complex.npy", "'{0}' is complex where real is meant")]
    [InlineData(
        "objects.npy", "'{0}' holds pickled Python objects, which are not read; save it as an array of numbers")]
    [InlineData("scalar.npy", "'{0}' holds a single number; expected an array of snapshots")]
    [InlineData("none.npy", "'{0}' has the shape 3 x 0; every axis must be at least 1 long")]
    [InlineData("short.npy", "'{0}' promises 7 x 3 numbers of type float64, 168 bytes, but ends after 163 of them")]
    [InlineData("long.npy", "'{0}' promises 7 x 3 numbers of type float64, 168 bytes, but 173 bytes follow its header")]
    [InlineData("head.npy", "the NPY header of '{0}' is cut short: it claims 118 bytes")]
    [InlineData("huge.npy", "'{0}' has the shape 1099511627776 x 1099511627776, more numbers than any file can hold")]
    [InlineData("two.npz", "'{0}' holds several arrays; choose one as {0}:NAME from a, b")]
    [InlineData("two.npz:c", "'{0}' holds no array 'c'; it has a, b")]
    [InlineData("two.safetensors", "'{0}' holds several arrays; choose one as {0}:NAME from a, b")]
    [InlineData("no.npz", "'{0}' holds no array")]
    [InlineData("rows-C-f8-2.npy:x", "'{0}' is one array without a name; leave ':x' out")]
    public void Open_BadFile_SaysWhatCame(string name, string message)
    {
        var path = files[name];

        var error = Assert.Throws<ArrayFileException>(() => ArraySource.Open(path));

        var file = name.Contains(':', StringComparison.Ordinal) ? path[..path.LastIndexOf(':')] : path;
        Assert.Equal(string.Format(System.Globalization.CultureInfo.InvariantCulture, message, file), error.Message);
    }

    [Fact]
    public void Open_ZipCutShort_IsDamaged() => Assert.StartsWith(
        $"'{files["cut.npz"]}' is damaged: ",
        Assert.Throws<ArrayFileException>(() => ArraySource.Open(files["cut.npz"])).Message, StringComparison.Ordinal);

    [Fact]
    public void Open_Text_NamesItsType() => Assert.StartsWith(
        $"'{files["text.npy"]}' holds elements of another type than integers, floats or booleans: ",
        Assert.Throws<ArrayFileException>(() => ArraySource.Open(files["text.npy"])).Message, StringComparison.Ordinal);

    [Fact]
    public void New_FourAxes_AreRefused()
    {
        using var source = ArraySource.Open(files["four.npy"]);

        Assert.Equal(
            $"'{files["four.npy"]}' has the shape 1 x 2 x 2 x 2; expected at most 3 axes: trajectory, feature, time",
            Assert.Throws<ArrayFileException>(() => new SnapshotReader(source, SnapshotAxis.Columns)).Message);
    }

    [Theory]
    [InlineData(SnapshotAxis.Columns, "(3, 5) True False")]
    [InlineData(SnapshotAxis.Rows, "(5, 3) False True")]
    public void Write_States_NumPyReadsThem(SnapshotAxis axis, string expected)
    {
        var path = files[$"written-{axis}.npy"];
        using (var writer = new NpyWriter(path, Width, 5, axis))
        {
            for (var k = 0; k < 5; k++)
            {
                writer.Write([10 * k, (10 * k) + 1, (10 * k) + 2]);
            }

            writer.Complete();
        }

        var output = NumPyFiles.Python(
            "-c",
            "import sys, numpy as np; x = np.load(sys.argv[1]); f = x.flags; y = x if x.shape[0] == 5 else x.T; "
            + "assert (y == 10 * np.arange(5)[:, None] + np.arange(3)).all(); "
            + "print(x.shape, f['F_CONTIGUOUS'], f['C_CONTIGUOUS'])",
            path);
        Assert.Equal(expected, output.Trim());
    }

    [Fact]
    public void Write_NotCompleted_LeavesNothing()
    {
        var folder = Directory.CreateDirectory(files["half"]).FullName;
        using (var writer = new NpyWriter(Path.Combine(folder, "x.npy"), 2, 3, SnapshotAxis.Columns))
        {
            writer.Write([1, 2]);
            Assert.Throws<InvalidOperationException>(writer.Complete);
        }

        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    private static SnapshotAxis AxisOf(string axis) => axis == "rows" ? SnapshotAxis.Rows : SnapshotAxis.Columns;
}
