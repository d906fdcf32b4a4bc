using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// Accumulates snapshot pairs in blocks of rows, so that a bootstrap can resample blocks without a second pass over the
/// data. Row r belongs to block floor(r / stripe) mod blocks, stripe = total / (4 blocks) within 1 and 256. Shards are
/// accumulated apart and merged in any order and any tree; results agree to about 1e-12. Memory is fixed, see
/// <see cref="EstimateBytes"/>. Not thread-safe.
/// </summary>
public sealed partial class BlockedAccumulator
{
    private readonly BlockLayout _layout;
    private readonly IMomentState[] _states;
    private readonly FoldScratch _scratch;
    private JointChunk? _chunk;
    private int _pendingBlock;

    /// <summary>An empty accumulator.</summary>
    /// <param name="before">n, features before.</param>
    /// <param name="after">p, features after.</param>
    /// <param name="blocks">Blocks, 40 or so: each holds a full set of moments.</param>
    /// <param name="totalRows">Rows of the whole data set, of which this may see a shard.</param>
    /// <param name="kind">
    /// How the blocks are kept. With <see cref="AccumulatorKind.Qr"/> every stripe is factored onto its block, so
    /// prefer it for narrow layers: it costs six times the work of <see cref="AccumulatorKind.Gram"/> at n + p = 40,
    /// and more as n + p outgrows the stripe.
    /// </param>
    /// <param name="algebra">Does the products and factorisations.</param>
    public BlockedAccumulator(
        int before, int after, int blocks, long totalRows, AccumulatorKind kind, ILinearAlgebra algebra)
    {
        PairSink.CheckWidths(before, after);
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(totalRows);
        ArgumentNullException.ThrowIfNull(algebra);
        if (!Enum.IsDefined(kind))
        {
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "expected Gram or Qr");
        }

        (BeforeWidth, AfterWidth, Kind, _layout) = (before, after, kind, new BlockLayout(blocks, totalRows));
        _scratch = new FoldScratch(algebra, Width);
        _states = new IMomentState[blocks];
        for (var b = 0; b < blocks; b++)
        {
            _states[b] = kind == AccumulatorKind.Gram ? new GramState(Width) : new QrState(Width);
        }
    }

    /// <summary>n, features before.</summary>
    public int BeforeWidth { get; }

    /// <summary>p, features after.</summary>
    public int AfterWidth { get; }

    /// <summary>How the blocks are kept.</summary>
    public AccumulatorKind Kind { get; }

    /// <summary>Number of blocks.</summary>
    public int Blocks => _layout.Blocks;

    /// <summary>Rows of the whole data set.</summary>
    public long TotalRows => _layout.TotalRows;

    /// <summary>Consecutive rows that go to the same block.</summary>
    public int Stripe => _layout.Stripe;

    /// <summary>Snapshots seen.</summary>
    public long Count => _states.Sum(state => state.Count) + (_chunk?.Rows ?? 0);

    private int Width => BeforeWidth + AfterWidth;

    /// <summary>Bytes that an accumulator of this shape holds, scratch included.</summary>
    public static long EstimateBytes(int before, int after, int blocks, AccumulatorKind kind)
    {
        var width = (long)before + after;
        var state = kind == AccumulatorKind.Gram ? width * (width + 3) / 2 : (width + 1) * (width + 2);
        return sizeof(double) * ((blocks * state) + (width * width) + (257 * width));
    }

    /// <summary>
    /// Adds <paramref name="rows"/> pairs, the first of which is row <paramref name="firstRow"/> of the data set.
    /// Layout, checks and exceptions are those of <see cref="IPairAccumulator.Add"/>; rows named in errors are rows of
    /// the data set.
    /// </summary>
    public void Add(long firstRow, ReadOnlySpan<float> before, ReadOnlySpan<float> after, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        SnapshotRows.Check(SnapshotRows.Before, before, rows, BeforeWidth, firstRow);
        SnapshotRows.Check(SnapshotRows.After, after, rows, AfterWidth, firstRow);
        var chunk = _chunk ??= new JointChunk(BeforeWidth, AfterWidth, Stripe);
        for (var done = 0; done < rows;)
        {
            var row = firstRow + done;
            var block = _layout.BlockOf(row);
            if (block != _pendingBlock || chunk.Room == 0)
            {
                Flush();
                _pendingBlock = block;
            }

            var take = Math.Min(Math.Min(_layout.RowsLeft(row), chunk.Room), rows - done);
            chunk.Append(before[(done * BeforeWidth)..], after[(done * AfterWidth)..], take);
            done += take;
        }
    }

    /// <summary>Adds all that <paramref name="other"/> has seen, block by block; its value stays what it was.</summary>
    /// <exception cref="ArgumentException">Widths, blocks, rows of the data set or kind differ.</exception>
    public void Merge(BlockedAccumulator other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Shape != other.Shape)
        {
            throw new ArgumentException(
                $"cannot merge an accumulator of {other.Shape} into one of {Shape}", nameof(other));
        }

        Flush();
        other.Flush();
        for (var b = 0; b < _states.Length; b++)
        {
            _states[b].Merge(other._states[b], _scratch);
        }
    }

    private string Shape =>
        $"{BeforeWidth} + {AfterWidth} features in {Blocks} {Kind} blocks over {TotalRows} rows";

    private void Flush()
    {
        if (_chunk is { Rows: > 0 })
        {
            _states[_pendingBlock].Fold(_chunk, _scratch);
            _chunk.Clear();
        }
    }
}
