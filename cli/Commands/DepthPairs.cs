using System.Numerics.Tensors;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Numerics.Storage.Arrays;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>
/// Rows of a map's inputs and outputs, from one file or two, as they travel: in memory bounded by a chunk.
/// </summary>
internal sealed class DepthPairs : IDisposable
{
    private const string Inputs = "inputs";
    private const string Outputs = "outputs";

    private readonly List<ArrayFile> _files = [];

    // Of a file of rows x 2 x width both are one array, read twice.
    private readonly (ArrayFile File, ArrayEntry Entry)[] _sides;
    private readonly bool _interleaved;

    public DepthPairs(IReadOnlyList<string> paths)
    {
        try
        {
            _sides = paths.Count == 2 ? [Single(paths[0]), Single(paths[1])] : Pair(Open(paths[0]));
            _interleaved = _sides[0].Entry == _sides[1].Entry;
            RequireMatch();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>"inputs", then "outputs".</summary>
    public async IAsyncEnumerable<TensorFrame> Frames()
    {
        await Task.CompletedTask;
        for (var side = 0; side < 2; side++)
        {
            foreach (var frame in Frames(side))
            {
                yield return frame;
            }
        }
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private static string Text(ArrayEntry entry) => string.Join(" x ", entry.Shape);

    private ArrayFile Open(string path)
    {
        _files.Add(ArrayFile.Open(path));
        return _files[^1];
    }

    private (ArrayFile, ArrayEntry) Single(string path)
    {
        var file = Open(path);
        return file.Entries.Count == 1
            ? (file, file.Entries[0])
            : throw new ArrayFileException($"'{path}' holds {file.Entries.Count} arrays; expected one of rows");
    }

    private static (ArrayFile, ArrayEntry)[] Pair(ArrayFile file)
    {
        var (inputs, outputs) = (
            file.Entries.FirstOrDefault(e => e.Name == Inputs), file.Entries.FirstOrDefault(e => e.Name == Outputs));
        if (inputs is not null && outputs is not null)
        {
            return [(file, inputs), (file, outputs)];
        }

        return file.Entries is [{ Shape: [_, 2, _] } both]
            ? [(file, both), (file, both)]
            : throw new ArrayFileException(
                $"'{file.Path}' holds no pairs; expected arrays named inputs and outputs, one array of rows x 2 x "
                + "width, or two files of rows");
    }

    private void RequireMatch()
    {
        if (_interleaved)
        {
            return;
        }

        foreach (var (file, entry) in _sides)
        {
            if (entry.Shape.Length != 2)
            {
                throw new ArrayFileException($"'{file.NameOf(entry)}' is {Text(entry)}; expected rows x width");
            }
        }

        var (x, y) = (_sides[0], _sides[1]);
        if (x.Entry.Shape[0] != y.Entry.Shape[0])
        {
            throw new ArrayFileException(
                $"'{x.File.NameOf(x.Entry)}' is {Text(x.Entry)} and '{y.File.NameOf(y.Entry)}' is {Text(y.Entry)}; "
                + "pairs have as many inputs as outputs");
        }
    }

    private IEnumerable<TensorFrame> Frames(int side)
    {
        var (file, entry) = _sides[side];
        var (rows, width, single) = (entry.Shape[0], entry.Shape[^1], entry.FitsSingle);
        var header = new TensorHeader
        {
            Name = side == 0 ? Inputs : Outputs,
            ElementType = single ? ElementType.Float32 : ElementType.Float64,
            Shape = { rows, width },
        };
        header.ByteLength = TensorCodec.ByteLength(header);
        yield return new TensorFrame { Header = header };
        using var numbers = file.Read(entry);
        var buffer = new double[Math.Min(rows * width, TensorCodec.ChunkBytes / sizeof(double))];
        var singles = new float[single ? buffer.Length : 0];
        for (var left = rows * width; left > 0;)
        {
            // One row at a time where the other side's lie between.
            var inRow = _interleaved ? (left - 1) % width + 1 : left;
            var part = buffer.AsMemory(0, (int)Math.Min(inRow, buffer.Length));
            if (_interleaved && inRow == width)
            {
                Pass(numbers, left == rows * width ? side * width : width);
            }

            numbers.Read(part.Span);
            RequireFinite(file.NameOf(entry), part.Span);
            left -= part.Length;
            yield return new TensorFrame { Chunk = new TensorChunk { Data = Bytes(part, singles) } };
        }
    }

    private static void Pass(ElementSequence numbers, long count)
    {
        Span<double> passed = stackalloc double[256];
        for (; count > 0; count -= Math.Min(count, passed.Length))
        {
            numbers.Read(passed[..(int)Math.Min(count, passed.Length)]);
        }
    }

    private static Google.Protobuf.ByteString Bytes(ReadOnlyMemory<double> values, float[] singles)
    {
        if (singles.Length == 0)
        {
            return TensorCodec.Bytes(values);
        }

        TensorPrimitives.ConvertTruncating<double, float>(values.Span, singles);
        return TensorCodec.Bytes<float>(singles.AsMemory(0, values.Length));
    }

    private static void RequireFinite(string name, ReadOnlySpan<double> values)
    {
        if (!TensorPrimitives.IsFiniteAll(values))
        {
            throw new ArrayFileException($"'{name}' holds NaN or infinity; expected finite numbers");
        }
    }
}
