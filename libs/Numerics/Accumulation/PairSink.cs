using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>One state with the chunk that waits in front of it: what both public accumulators are made of.</summary>
internal sealed class PairSink
{
    private readonly int _before;
    private readonly int _after;
    private readonly int _capacity;
    private JointChunk? _chunk;

    public PairSink(int before, int after, int capacity, IMomentState state, ILinearAlgebra algebra)
        : this(before, after, capacity, state, new FoldScratch(algebra, before + after))
    {
    }

    /// <summary>With scratch that several sinks of one thread share.</summary>
    public PairSink(int before, int after, int capacity, IMomentState state, FoldScratch scratch) =>
        (_before, _after, _capacity, State, Scratch) = (before, after, capacity, state, scratch);

    public IMomentState State { get; }

    public FoldScratch Scratch { get; }

    public long Count => State.Count + (_chunk?.Rows ?? 0);

    public void Add(ReadOnlySpan<float> before, ReadOnlySpan<float> after, int rows)
    {
        SnapshotRows.Check(SnapshotRows.Before, before, rows, _before, Count);
        SnapshotRows.Check(SnapshotRows.After, after, rows, _after, Count);
        var chunk = _chunk ??= new JointChunk(_before, _after, _capacity);
        for (var done = 0; done < rows;)
        {
            if (chunk.Room == 0)
            {
                Flush();
            }

            var take = Math.Min(chunk.Room, rows - done);
            chunk.Append(before[(done * _before)..], after[(done * _after)..], take);
            done += take;
        }
    }

    /// <summary>Adds lifted pairs, which whoever lifted them has checked.</summary>
    public void Add(ReadOnlySpan<double> before, ReadOnlySpan<double> after, int rows)
    {
        var chunk = _chunk ??= new JointChunk(_before, _after, _capacity);
        for (var done = 0; done < rows;)
        {
            if (chunk.Room == 0)
            {
                Flush();
            }

            var take = Math.Min(chunk.Room, rows - done);
            chunk.Append(before[(done * _before)..], after[(done * _after)..], take);
            done += take;
        }
    }

    public void Flush()
    {
        if (_chunk is { Rows: > 0 })
        {
            State.Fold(_chunk, Scratch);
            _chunk.Clear();
        }
    }

    public PairMoments ToMoments()
    {
        Flush();
        var (mean, packed) = State.Moments(Scratch);
        return new PairMoments(
            _before, _after, State.Count, (double[])mean.Clone(), PackedUpper.Unpack(packed, _before + _after));
    }

    public void Merge(PairSink other)
    {
        if ((_before, _after) != (other._before, other._after))
        {
            throw new ArgumentException(
                $"an accumulator of {other._before} + {other._after} features cannot be merged into one of "
                + $"{_before} + {_after}",
                nameof(other));
        }

        Flush();
        other.Flush();
        State.Merge(other.State, Scratch);
    }

    /// <summary>Widths come from outside: none may be negative, and one has to be there.</summary>
    public static void CheckWidths(int before, int after)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(before);
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfZero((long)before + after, nameof(before));
    }
}
