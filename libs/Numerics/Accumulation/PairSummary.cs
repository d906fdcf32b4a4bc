using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// A stream of lifted pairs (X, Y: N rows, inputs U: c rows, w = 2N + c) in memory that does not grow with it:
/// uncentred joint products, a triangular factor or a sketch, see <see cref="SummaryKind"/>. Estimators see pairs
/// only through those. Pairs lie in at most B blocks of consecutive ones; when the blocks are full, neighbours are
/// merged and blocks get twice as long, so that from B pairs on between B / 2 and B blocks are in use. How the pairs
/// were cut into calls does not show in a single bit. Shards merge in any order and any tree, to about 1e-13. Results
/// may be asked for side by side, but not while pairs are added.
/// </summary>
public sealed partial class PairSummary : IPairSource
{
    // Squares of larger numbers may overflow when they are summed.
    private const double LargestMagnitude = 1e150;

    private readonly ILinearAlgebra _la;
    private readonly ISummaryBlock?[] _blocks;
    private readonly long[] _counts;

    // Blocks that were merged away: half of all memory would otherwise become garbage again and again.
    private readonly Stack<ISummaryBlock> _spare = [];
    private readonly int _capacity;
    private readonly int _delays;
    private Matrix? _pending;
    private int _pendingCount;
    private long _position;
    private long _blockLength;

    /// <summary>An empty summary.</summary>
    /// <param name="observables">N ≥ 1.</param>
    /// <param name="inputs">c ≥ 0.</param>
    /// <param name="options">How pairs are kept.</param>
    /// <param name="la">Does the products and factorisations.</param>
    public PairSummary(int observables, int inputs, SummaryOptions options, ILinearAlgebra la)
        : this(observables, inputs, options, la, 0)
    {
    }

    /// <summary>
    /// One that may use that its pairs are those of <paramref name="delays"/> stacked states; 0 if they are not.
    /// </summary>
    internal PairSummary(int observables, int inputs, SummaryOptions options, ILinearAlgebra la, int delays)
    {
        SummaryLayout.Check(observables, inputs, options);
        ArgumentNullException.ThrowIfNull(la);
        (Observables, Inputs, Options, _la) = (observables, inputs, options, la);
        var blocks = SummaryLayout.Blocks(observables, inputs, options);
        (_blocks, _counts, _blockLength) = (new ISummaryBlock?[blocks], new long[blocks], options.ShortestBlock);
        _capacity = SummaryLayout.Capacity(Width, options);
        _delays = options.Kind == SummaryKind.Gram && inputs == 0 ? delays : 0;
    }

    /// <summary>N.</summary>
    public int Observables { get; }

    /// <summary>c; 0 without control.</summary>
    public int Inputs { get; }

    /// <summary>How pairs are kept.</summary>
    public SummaryOptions Options { get; }

    /// <inheritdoc/>
    /// <remarks>Those in use: they come first.</remarks>
    public int Blocks => Math.Max(1, Math.Max(
        Array.FindLastIndex(_counts, count => count > 0), _pendingCount > 0 ? Current : 0) + 1);

    /// <summary>
    /// Blocks there may be: what <see cref="SummaryOptions"/> asks for, if the budget holds them.
    /// </summary>
    public int MostBlocks => _blocks.Length;

    /// <summary>Pairs seen.</summary>
    public long Count => _counts.Sum() + _pendingCount;

    // Not before the first pair: a summary that sees none costs nothing.
    private Matrix Pending => _pending ??= new Matrix(Width, _capacity);

    private int Width => (2 * Observables) + Inputs;

    // The pairs that wait belong to the block after which they came.
    private int Current => (int)((_position - _pendingCount) / _blockLength);

    /// <summary>
    /// Bytes that a summary holds when all its blocks are in use, and while it folds: 8 w² a block as products (less of
    /// stacked states) or factor, 8 w k as a sketch; beside them the waiting pairs and scratch. A fit needs some w²
    /// more.
    /// </summary>
    public static long EstimateBytes(int observables, int inputs, SummaryOptions options)
    {
        SummaryLayout.Check(observables, inputs, options);
        var width = (2L * observables) + inputs;
        var waiting = width * SummaryLayout.Capacity((int)width, options);
        var scratch = options.Kind switch
        {
            SummaryKind.Gram => width * 128 * Environment.ProcessorCount,
            SummaryKind.Qr => 2 * (waiting + (width * width)),
            _ => 3 * (waiting + (width * options.SketchColumns)),
        };
        return (SummaryLayout.Blocks(observables, inputs, options) * SummaryLayout.BlockBytes(width, options))
            + (sizeof(double) * (waiting + scratch));
    }

    /// <summary>Pairs in each of the <see cref="Blocks"/> in use, those that wait included.</summary>
    public long[] BlockCounts()
    {
        var counts = _counts[..Blocks];
        if (_pendingCount > 0)
        {
            counts[Current] += _pendingCount;
        }

        return counts;
    }

    /// <summary>Adds the pairs that follow those added before. On an exception nothing was added.</summary>
    /// <exception cref="ShapeMismatchException">Not N observables or not c inputs.</exception>
    /// <exception cref="NonFiniteDataException">
    /// A number is NaN, infinite, or beyond 1e150, where squares overflow.
    /// </exception>
    public void Add(LiftedPairs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        Check(pairs);
        var (columns, done) = (pairs.Pairs.X.Columns, 0);
        while (done < columns)
        {
            if (_position == MostBlocks * _blockLength)
            {
                Halve();
            }

            var take = (int)Math.Min(
                Math.Min(_capacity - _pendingCount, BlockEnd() - _position), columns - done);
            Append(pairs, done, take);
            done += take;
            if (_pendingCount == _capacity || _position == BlockEnd())
            {
                FoldPending();
            }
        }
    }

    /// <summary>
    /// Adds all that <paramref name="other"/> has seen, block to block of the same place after the shorter ones were
    /// merged to the length of the longer; its value stays what it was.
    /// </summary>
    /// <exception cref="ShapeMismatchException">Observables, inputs or options differ.</exception>
    public void Merge(PairSummary other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Shape != other.Shape)
        {
            throw new ShapeMismatchException("the summary to merge", Shape, other.Shape);
        }

        while (_blockLength < other._blockLength)
        {
            FoldPending();
            Halve();
        }

        var ratio = (int)Math.Min(_blockLength / other._blockLength, MostBlocks);
        for (var b = 0; b < MostBlocks; b++)
        {
            if (other._blocks[b] is { } block)
            {
                BlockAt(b / ratio).Merge(block, 1, _la);
                _counts[b / ratio] += other._counts[b];
            }
        }

        if (other._pendingCount > 0)
        {
            BlockAt(other.Current / ratio).Fold(other.Waiting(), 1, _la);
            _counts[other.Current / ratio] += other._pendingCount;
        }
    }

    private string Shape =>
        $"{Observables} observables and {Inputs} inputs in {MostBlocks} {Options.Kind} blocks of "
        + $"{Options.ShortestBlock} pairs or more"
        + (_delays > 0 ? $" of {_delays} stacked states" : "")
        + (Options.Kind == SummaryKind.Sketch ? $" and {Options.SketchColumns} directions" : "");

    private long BlockEnd() => (Current + 1) * _blockLength;

    private void Check(LiftedPairs pairs)
    {
        var (x, y) = (pairs.Pairs.X, pairs.Pairs.Y);
        Guard.Shape(x, Observables, x.Columns, "the matrix of observables");
        Range(x.AsSpan(), "the matrix of observables");
        Range(y.AsSpan(), "the matrix of the successors' observables");
        if ((pairs.Inputs is null) != (Inputs == 0))
        {
            throw new ShapeMismatchException(
                "the matrix of inputs", Inputs == 0 ? "absent" : $"{Inputs} x {x.Columns}",
                pairs.Inputs is { } got ? $"{got.Rows} x {got.Columns}" : "none");
        }

        if (pairs.Inputs is { } inputs)
        {
            Guard.Shape(inputs, Inputs, x.Columns, "the matrix of inputs");
            Range(inputs.AsSpan(), "the matrix of inputs");
        }
    }

    private static void Range(ReadOnlySpan<double> values, string what)
    {
        var largest = Guard.LargestMagnitude(values);
        if (!(largest <= LargestMagnitude))
        {
            throw new NonFiniteDataException(what, largest);
        }
    }

    private void Append(LiftedPairs pairs, int start, int count)
    {
        var n = Observables;
        for (var j = start; j < start + count; j++)
        {
            var joint = Pending.Column(_pendingCount++);
            pairs.Pairs.X.Column(j).CopyTo(joint);
            pairs.Inputs?.Column(j).CopyTo(joint[n..]);
            pairs.Pairs.Y.Column(j).CopyTo(joint[(n + Inputs)..]);
            if (pairs.Pairs.Weights.Span[j] is not 1 and var weight)
            {
                TensorPrimitives.Multiply(joint, Math.Sqrt(weight), joint);
            }
        }

        _position += count;
    }

    private void FoldPending()
    {
        if (_pendingCount > 0)
        {
            var block = Current;
            BlockAt(block).Fold(Waiting(), 1, _la);
            _counts[block] += _pendingCount;
            _pendingCount = 0;
        }
    }

    // Twice as long blocks, half as many.
    private void Halve()
    {
        Parallel.For(0, MostBlocks / 2, b =>
        {
            if (_blocks[2 * b] is { } first && _blocks[(2 * b) + 1] is { } second)
            {
                first.Merge(second, 1, _la);
                second.Clear();
            }
        });
        for (var b = 1; b < MostBlocks; b++)
        {
            if (_blocks[b] is { } block)
            {
                (_blocks[b], var count, _counts[b]) = (null, _counts[b], 0);
                _counts[b / 2] += count;
                if (_blocks[b / 2] is null)
                {
                    _blocks[b / 2] = block;
                }
                else
                {
                    _spare.Push(block);
                }
            }
        }

        _blockLength *= 2;
    }

    private Matrix Waiting() =>
        _pendingCount == 0 ? new Matrix(Width, 0)
        : _pendingCount == _capacity ? Pending
        : Pending.SelectColumns(0, _pendingCount);

    private ISummaryBlock BlockAt(int b) => _blocks[b] ??= _spare.TryPop(out var spare) ? spare : NewBlock();

    private ISummaryBlock NewBlock() => Options.Kind switch
    {
        SummaryKind.Gram when _delays > 0 => new DelayBlock(Observables / _delays, _delays),
        SummaryKind.Gram => new GramBlock(Width),
        SummaryKind.Qr => new QrBlock(Width),
        _ => new SketchBlock(Width, Options.SketchColumns),
    };
}
