using System.Collections.Immutable;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>Consecutive values of a snapshot.</summary>
internal readonly record struct ValueRange(long First, long Count);

/// <summary>Consecutive rows of a slab.</summary>
internal readonly record struct Segment(int Start, int Count);

/// <summary>What is read at once: over all snapshots, the values of some blocks.</summary>
/// <param name="Ranges">The rows, one range after the other.</param>
/// <param name="Blocks">The rows of each block; none where every row is a block.</param>
internal sealed record Slab(ImmutableArray<ValueRange> Ranges, ImmutableArray<ImmutableArray<Segment>> Blocks)
{
    public long Rows { get; } = Ranges.Sum(range => range.Count);
}

/// <summary>How much is in memory at once.</summary>
/// <param name="Slab">Numbers of a slab that holds several blocks: what fits a core's share of the last cache.</param>
/// <param name="Block">Numbers of a block of more rows than snapshots beyond which it is read in pieces.</param>
internal sealed record BlockLimits(long Slab = 1L << 20, long Block = 1L << 23)
{
    /// <summary>Most numbers that are held at once: 2 GiB.</summary>
    public const long Most = 1L << 28;
}

/// <summary>
/// Cuts the values of a snapshot into the blocks of a partition, and gathers blocks that lie side by side into slabs,
/// so that a forecast is one pass over the snapshots.
/// </summary>
/// <param name="layout">What the values are.</param>
/// <param name="partition">How to cut them.</param>
/// <param name="delays">Snapshots stacked in one: single weights without are spared blocks of their own.</param>
/// <param name="snapshots">Numbers of each row.</param>
/// <param name="limits">How much is in memory at once.</param>
internal sealed class BlockPlan(
    ParameterLayout layout, Partition partition, int delays, int snapshots, BlockLimits limits)
{
    /// <summary>Every block once, in the order of the layout.</summary>
    public IEnumerable<Slab> Slabs() => partition switch
    {
        Partition.Full => [Whole([new ValueRange(0, layout.Count)])],
        Partition.Layer => layout.Layers.Select(layer => Whole(
            Join(layer.Tensors.Select(t => new ValueRange(layout.Start(t), layout.Tensors[t].Count))))),
        Partition.Weight => Cut(1, alone: delays == 1),
        Partition.Patch patch when !HasStructure => Cut(patch.Entries, alone: false),
        _ => UnitGroups().SelectMany(OfUnits),
    };

    /// <summary>Whether a slab is one block that is to be read in pieces.</summary>
    public bool IsLarge(Slab slab) =>
        slab.Blocks.Length == 1 && slab.Rows > snapshots && slab.Rows * snapshots > limits.Block;

    /// <summary>Throws where the partition needs units or layers and the layout knows none.</summary>
    public void Check()
    {
        if (!HasStructure && partition is (Partition.Layer or Partition.QuasiLayer or Partition.Node))
        {
            throw new ArgumentException(
                $"the snapshots are {layout.Count} values without layers or units, which the partition \"{partition}\" "
                + "goes by; expected full, patch:N or weight");
        }

        if (Held() is > BlockLimits.Most and var held)
        {
            throw new ArgumentException(
                $"the partition \"{partition}\" holds {held} numbers of {snapshots} snapshots at once, expected at most "
                + $"{BlockLimits.Most}; fit fewer snapshots, or blocks of weight");
        }
    }

    /// <summary>Numbers that the largest slab holds that is not read in pieces.</summary>
    private long Held() => partition switch
    {
        Partition.Weight => 0,
        Partition.Full => OfBlock(layout.Count),
        Partition.Layer => layout.Layers.Max(layer => OfBlock(layer.Tensors.Sum(t => layout.Tensors[t].Count))),
        Partition.Patch patch when !HasStructure => OfBlock(patch.Entries),
        Partition.Patch => UnitGroups().Max(group => checked(group.Rows.Sum(row => row.Length) * snapshots)),
        Partition.QuasiLayer quasi => UnitGroups().Max(group => OfBlock(
            checked(group.Rows.Sum(row => row.Length) * Math.Min(quasi.Nodes, group.Units)))),
        _ => UnitGroups().Max(group => OfBlock(group.Rows.Sum(row => row.Length))),
    };

    private long OfBlock(long rows) => rows > snapshots ? 0 : checked(rows * delays * snapshots);

    private bool HasStructure => layout.Tensors.Length > 1 || layout.Tensors[0].Shape.Length > 1;

    /// <summary>
    /// The tensors of each layer that have the same units: where each begins, and the length of a row.
    /// </summary>
    private IEnumerable<UnitGroup> UnitGroups() =>
        from layer in layout.Layers
        from tensors in layer.Tensors.GroupBy(t => layout.Tensors[t].Shape is [var units, ..] ? units : 1)
        select new UnitGroup(
            tensors.Key, [.. tensors.Select(t => (layout.Start(t), layout.Tensors[t].Count / tensors.Key))]);

    private IEnumerable<Slab> OfUnits(UnitGroup group)
    {
        var together = partition is Partition.QuasiLayer quasi ? quasi.Nodes : 1;
        var width = group.Rows.Sum(row => row.Length);
        var count = Math.Max(1, limits.Slab / Math.Max(1, width * together * snapshots)) * together;
        for (var first = 0L; first < group.Units; first += count)
        {
            var units = Math.Min(count, group.Units - first);
            yield return new Slab(
                [.. group.Rows.Select(row => new ValueRange(row.Start + (first * row.Length), units * row.Length))],
                partition is Partition.Patch patch ? Patches(group, (int)units, patch.Entries)
                    : Units(group, (int)units, together));
        }
    }

    private static ImmutableArray<ImmutableArray<Segment>> Units(UnitGroup group, int units, int together)
    {
        var blocks = ImmutableArray.CreateBuilder<ImmutableArray<Segment>>();
        for (var unit = 0; unit < units; unit += together)
        {
            var some = Math.Min(together, units - unit);
            var (segments, offset) = (ImmutableArray.CreateBuilder<Segment>(group.Rows.Length), 0);
            foreach (var (_, length) in group.Rows)
            {
                segments.Add(new Segment(offset + (int)(unit * length), (int)(some * length)));
                offset += (int)(units * length);
            }

            blocks.Add(segments.MoveToImmutable());
        }

        return blocks.ToImmutable();
    }

    /// <summary>Pieces of each unit's row, whose entries may lie in several tensors.</summary>
    private static ImmutableArray<ImmutableArray<Segment>> Patches(UnitGroup group, int units, int entries)
    {
        var blocks = ImmutableArray.CreateBuilder<ImmutableArray<Segment>>();
        foreach (var unit in Units(group, units, 1))
        {
            var (piece, free) = (ImmutableArray.CreateBuilder<Segment>(), entries);
            foreach (var segment in unit)
            {
                for (var at = 0; at < segment.Count;)
                {
                    var taken = Math.Min(free, segment.Count - at);
                    piece.Add(new Segment(segment.Start + at, taken));
                    (at, free) = (at + taken, free - taken);
                    if (free == 0)
                    {
                        blocks.Add(piece.ToImmutable());
                        (piece, free) = (ImmutableArray.CreateBuilder<Segment>(), entries);
                    }
                }
            }

            if (piece.Count > 0)
            {
                blocks.Add(piece.ToImmutable());
            }
        }

        return blocks.ToImmutable();
    }

    /// <summary>Blocks of neighbouring values, wherever they belong.</summary>
    private IEnumerable<Slab> Cut(long entries, bool alone)
    {
        var count = Math.Max(1, limits.Slab / Math.Max(1, entries * snapshots)) * entries;
        for (var first = 0L; first < layout.Count; first += count)
        {
            var rows = (int)Math.Min(count, layout.Count - first);
            var blocks = ImmutableArray.CreateBuilder<ImmutableArray<Segment>>();
            for (var start = 0L; start < rows && !alone; start += entries)
            {
                blocks.Add([new Segment((int)start, (int)Math.Min(entries, rows - start))]);
            }

            yield return new Slab([new ValueRange(first, rows)], blocks.ToImmutable());
        }
    }

    private static Slab Whole(ImmutableArray<ValueRange> ranges) =>
        new(ranges, [[new Segment(0, (int)Math.Min(int.MaxValue, ranges.Sum(range => range.Count)))]]);

    /// <summary>Ranges that follow each other become one.</summary>
    private static ImmutableArray<ValueRange> Join(IEnumerable<ValueRange> ranges)
    {
        var joined = ImmutableArray.CreateBuilder<ValueRange>();
        foreach (var range in ranges)
        {
            if (joined.Count > 0 && joined[^1].First + joined[^1].Count == range.First)
            {
                joined[^1] = joined[^1] with { Count = joined[^1].Count + range.Count };
            }
            else
            {
                joined.Add(range);
            }
        }

        return joined.ToImmutable();
    }

    /// <param name="Units">Rows of each of its tensors.</param>
    /// <param name="Rows">Where each tensor begins, and what a row of it is long.</param>
    private sealed record UnitGroup(long Units, ImmutableArray<(long Start, long Length)> Rows);
}
