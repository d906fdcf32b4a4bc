using System.Globalization;

using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Accumulation;

public sealed partial class PairSummary
{
    private const string Format = "koopmanmesh.pair-summary/1";

    /// <summary>
    /// Writes a checkpoint as a safetensors file; <see cref="Read"/> resumes from it, to the bit, and shards written
    /// elsewhere can be merged.
    /// </summary>
    public void Write(Stream stream)
    {
        var archive = new TensorArchive();
        archive.SetMetadata("format", Format);
        Store(archive, "");
        archive.Write(stream);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="TensorFormatException">The file is damaged or something else.</exception>
    public static PairSummary Read(Stream stream, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(la);
        var archive = TensorArchive.Read(stream);
        return archive.RequireMetadata("format") == Format
            ? Load(archive, "", la)
            : throw new TensorFormatException(
                $"the archive's format is \"{archive.RequireMetadata("format")}\", expected \"{Format}\"");
    }

    internal void Store(TensorArchive archive, string prefix)
    {
        archive.SetMetadata($"{prefix}kind", Options.Kind.ToString());
        archive.SetMetadata($"{prefix}delays", _delays.ToString(CultureInfo.InvariantCulture));
        archive.Add(
            $"{prefix}shape",
            new[]
            {
                Observables, Inputs, Options.Blocks, Options.BudgetBytes, Options.ShortestBlock, Options.SketchColumns,
                _position, _blockLength,
            },
            8);
        archive.Add($"{prefix}counts", _counts, _counts.Length);
        archive.Add($"{prefix}pending", Waiting().AsMemory(), _pendingCount, Width);
        for (var b = 0; b < MostBlocks; b++)
        {
            _blocks[b]?.Store(archive, PrefixOf(prefix, b));
        }
    }

    internal static PairSummary Load(TensorArchive archive, string prefix, ILinearAlgebra la)
    {
        var kind = archive.RequireMetadata($"{prefix}kind") switch
        {
            nameof(SummaryKind.Gram) => SummaryKind.Gram,
            nameof(SummaryKind.Qr) => SummaryKind.Qr,
            nameof(SummaryKind.Sketch) => SummaryKind.Sketch,
            var other => throw new TensorFormatException(
                $"the summary's kind is \"{other}\", expected \"Gram\", \"Qr\" or \"Sketch\""),
        };
        var summary = FromShape(archive.Integers($"{prefix}shape", 8), kind, (archive, prefix), la);
        for (var b = 0; b < summary.MostBlocks; b++)
        {
            if (summary._counts[b] > 0)
            {
                summary.BlockAt(b).Load(archive, PrefixOf(prefix, b));
            }
        }

        return summary;
    }

    // What a shape asks for is allocated before it is read, so it first has to fit what the file holds.
    private static PairSummary FromShape(
        long[] shape, SummaryKind kind, (TensorArchive Archive, string Prefix) file, ILinearAlgebra la)
    {
        var pending = file.Archive.ShapeOf($"{file.Prefix}pending");
        if (shape is not [>= 1 and <= int.MaxValue, >= 0 and <= int.MaxValue, >= 1 and <= int.MaxValue, >= 0,
                >= 1 and <= int.MaxValue, >= 2 and <= int.MaxValue, >= 0, >= 1]
            || pending.Count != 2 || pending[1] != (2 * shape[0]) + shape[1])
        {
            throw Unfit(shape);
        }

        var options = new SummaryOptions
        {
            Kind = kind,
            Blocks = (int)shape[2],
            BudgetBytes = shape[3],
            ShortestBlock = (int)shape[4],
            SketchColumns = (int)shape[5],
        };
        return Resume(shape, options, file, la);
    }

    private static PairSummary Resume(
        long[] shape, SummaryOptions options, (TensorArchive Archive, string Prefix) file, ILinearAlgebra la)
    {
        var (n, c, delays) = ((int)shape[0], (int)shape[1], Delays(shape, options, file));
        var counts = file.Archive.Integers($"{file.Prefix}counts");
        var waiting = file.Archive.ShapeOf($"{file.Prefix}pending")[0];
        var width = (2L * n) + c;
        if (width > SummaryLayout.MostRows(options)
            || counts.Length != SummaryLayout.Blocks(n, c, options) || counts.Any(count => count < 0)
            || waiting > SummaryLayout.Capacity((int)width, options) || waiting > shape[6]
            || (shape[6] - 1) / shape[7] >= counts.Length
            || Enumerable.Range(0, counts.Length).Any(b => counts[b] > 0 && !Holds(file, b, (n, c, delays), options)))
        {
            throw Unfit(shape);
        }

        var summary = new PairSummary(n, c, options, la, delays) { _position = shape[6], _blockLength = shape[7] };
        counts.CopyTo(summary._counts, 0);
        summary._pendingCount = (int)waiting;
        if (waiting > 0)
        {
            file.Archive.Doubles($"{file.Prefix}pending", waiting, width).CopyTo(summary.Pending.AsSpan());
        }

        return summary;
    }

    // 0 unless the pairs were known to be those of stacked states.
    private static int Delays(long[] shape, SummaryOptions options, (TensorArchive Archive, string Prefix) file)
    {
        var text = file.Archive.RequireMetadata($"{file.Prefix}delays");
        var stacked = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var delays);
        return stacked && (delays == 0 || (options.Kind == SummaryKind.Gram && shape[1] == 0 && shape[0] % delays == 0))
            ? delays
            : throw new TensorFormatException($"the summary's delays are \"{text}\", which its pairs cannot have");
    }

    private static bool Holds(
        (TensorArchive Archive, string Prefix) file, int block, (int N, int C, int Delays) shape,
        SummaryOptions options)
    {
        var (prefix, width) = (PrefixOf(file.Prefix, block), (2L * shape.N) + shape.C);
        return options.Kind switch
        {
            SummaryKind.Gram when shape.Delays > 0 =>
                DelayBlock.IsIn(file.Archive, prefix, shape.N / shape.Delays, shape.Delays),
            SummaryKind.Gram => Is($"{prefix}high", [width * (width + 1) / 2]),
            SummaryKind.Qr => file.Archive.Contains($"{prefix}rows"),
            _ => file.Archive.Contains($"{prefix}columns"),
        };

        bool Is(string name, long[] wanted) =>
            file.Archive.Contains(name) && file.Archive.ShapeOf(name).SequenceEqual(wanted);
    }

    private static TensorFormatException Unfit(long[] shape) =>
        new($"the summary's shape [{string.Join(", ", shape)}] is not that of its blocks");

    private static string PrefixOf(string prefix, int block) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}block{block:D4}.");
}
