using System.Globalization;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Accumulation;

public sealed partial class BlockedAccumulator
{
    private const string Format = "koopmanmesh.blocked-accumulator/1";
    private const long LargestWidth = 1L << 20;

    /// <summary>Writes a checkpoint as a safetensors file; <see cref="Read"/> resumes from it, to the bit.</summary>
    public void Write(Stream stream)
    {
        Flush();
        var archive = new TensorArchive();
        archive.SetMetadata("format", Format);
        archive.SetMetadata("kind", Kind.ToString());
        archive.Add("shape", new long[] { BeforeWidth, AfterWidth, Blocks, TotalRows }, 4);
        for (var b = 0; b < Blocks; b++)
        {
            _states[b].Store(archive, PrefixOf(b));
        }

        archive.Write(stream);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="TensorFormatException">The file is damaged or something else.</exception>
    public static BlockedAccumulator Read(Stream stream, ILinearAlgebra algebra)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(algebra);
        var archive = TensorArchive.Read(stream);
        if (archive.RequireMetadata("format") != Format)
        {
            throw new TensorFormatException(
                $"the archive's format is \"{archive.RequireMetadata("format")}\", expected \"{Format}\"");
        }

        var kind = archive.RequireMetadata("kind") switch
        {
            nameof(AccumulatorKind.Gram) => AccumulatorKind.Gram,
            nameof(AccumulatorKind.Qr) => AccumulatorKind.Qr,
            var other => throw new TensorFormatException(
                $"the accumulator's kind is \"{other}\", expected \"Gram\" or \"Qr\""),
        };
        var accumulator = FromShape(archive.Integers("shape", 4), kind, archive, algebra);
        for (var b = 0; b < accumulator.Blocks; b++)
        {
            accumulator._states[b].Load(archive, PrefixOf(b));
        }

        return accumulator;
    }

    // The arrays a shape asks for are allocated before they are read, so it first has to fit what the file holds.
    private static BlockedAccumulator FromShape(
        long[] shape, AccumulatorKind kind, TensorArchive archive, ILinearAlgebra algebra)
    {
        var (array, numbersOf) = kind == AccumulatorKind.Gram
            ? ("scatter", (Func<long, long>)(width => width * (width + 1) / 2))
            : ("shift", width => width);
        if (shape is not [>= 0 and <= LargestWidth, >= 0 and <= LargestWidth, >= 1 and <= int.MaxValue, >= 0]
            || shape[0] + shape[1] == 0
            || archive.Names.Count(name => name.EndsWith($".{array}", StringComparison.Ordinal)) != shape[2]
            || !archive.ShapeOf(PrefixOf(0) + array).SequenceEqual([numbersOf(shape[0] + shape[1])]))
        {
            throw new TensorFormatException(
                $"the accumulator's shape [{string.Join(", ", shape)}] is not that of its blocks");
        }

        return new BlockedAccumulator((int)shape[0], (int)shape[1], (int)shape[2], shape[3], kind, algebra);
    }

    private static string PrefixOf(int block) => string.Create(CultureInfo.InvariantCulture, $"block{block:D4}.");
}
