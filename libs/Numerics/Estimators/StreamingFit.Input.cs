using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

public sealed partial class StreamingFit
{
    // Numbers of a piece: large chunks are taken in pieces that stay in the cache and off the heap of large objects.
    private const int PieceElements = 10_000;

    private Matrix? _carried;
    private Matrix? _carriedInputs;
    private long _trajectory;
    private long _step;
    private bool _inTrajectory;
    private bool _addStarts;

    /// <summary>
    /// Adds the next snapshots of the open trajectory, or opens one. Chunks may have any length: the last q states are
    /// carried over.
    /// </summary>
    /// <param name="chunk">n × k, columns in time order.</param>
    /// <param name="inputs">c × k for a method with control, else null.</param>
    /// <exception cref="ShapeMismatchException">Not the width, or the inputs, of the chunks before.</exception>
    /// <exception cref="NonFiniteDataException">
    /// A number is NaN or infinite; nothing of the chunk was taken.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A magnitude beyond 1e100.</exception>
    public void AddTrajectory(Matrix chunk, Matrix? inputs = null)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        Check(chunk.Rows, chunk.Columns, inputs);
        _largest = Math.Max(_largest, SnapshotChecks.Chunk(chunk.AsSpan(), i => Feature(i, chunk.Rows)));
        Open(chunk.Rows, inputs);
        var piece = PieceColumns();
        for (var start = 0; start < chunk.Columns; start += piece)
        {
            var joined = Joined(Math.Min(piece, chunk.Columns - start), out var target);
            chunk.AsSpan().Slice(start * Width, target.Length).CopyTo(target);
            Add(joined, inputs, start);
        }
    }

    /// <summary>
    /// The same in float32, e.g. a row-major [k, n] batch as it leaves a network; converted by pieces.
    /// </summary>
    /// <param name="chunk">k · n numbers, snapshot after snapshot.</param>
    /// <param name="width">n.</param>
    /// <param name="inputs">c × k for a method with control, else null.</param>
    public void AddTrajectory(ReadOnlySpan<float> chunk, int width, Matrix? inputs = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (chunk.Length % width != 0)
        {
            throw new ShapeMismatchException(
                "the chunk", $"whole snapshots of {width} features", $"{chunk.Length} numbers");
        }

        var columns = chunk.Length / width;
        Check(width, columns, inputs);
        SnapshotChecks.Chunk(chunk, i => Feature(i, width));
        Open(width, inputs);
        var piece = PieceColumns();
        for (var start = 0; start < columns; start += piece)
        {
            var joined = Joined(Math.Min(piece, columns - start), out var target);
            TensorPrimitives.ConvertTruncating(chunk.Slice(start * width, target.Length), target);
            _largest = Math.Max(_largest, Guard.LargestMagnitude(target));
            Add(joined, inputs, start);
        }
    }

    /// <summary>
    /// Closes the open trajectory: no pair is made across. One of at most q snapshots gives no pair. Harmless when
    /// none is open.
    /// </summary>
    public void EndTrajectory()
    {
        _trajectory += _inTrajectory ? 1 : 0;
        (_inTrajectory, _carried, _carriedInputs, _step) = (false, null, null, 0);
    }

    /// <summary>Adds pairs whose order means nothing; the open trajectory, if any, ends.</summary>
    public void AddPairs(Matrix x, Matrix y, Matrix? inputs = null) => AddPairs(new SnapshotPairs(x, y), inputs);

    /// <summary>The same in float32: k · n numbers each, pair after pair.</summary>
    public void AddPairs(ReadOnlySpan<float> x, ReadOnlySpan<float> y, int width, Matrix? inputs = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (x.Length % width != 0 || y.Length != x.Length)
        {
            throw new ShapeMismatchException(
                "the chunk", $"whole pairs of {width} features", $"{x.Length} and {y.Length} numbers");
        }

        SnapshotChecks.Chunk(x, i => Place("snapshot", i, width));
        SnapshotChecks.Chunk(y, i => Place("successor", i, width));
        var (states, successors) = (new Matrix(width, x.Length / width), new Matrix(width, y.Length / width));
        TensorPrimitives.ConvertTruncating(x, states.AsSpan());
        TensorPrimitives.ConvertTruncating(y, successors.AsSpan());
        AddPairs(new SnapshotPairs(states, successors), inputs);
    }

    /// <summary>The same, perhaps weighted: n × k each, with c × k inputs for a method with control.</summary>
    /// <exception cref="ShapeMismatchException">
    /// Not the width or the inputs of the chunks before, or the method has delays, which pairs know nothing of.
    /// </exception>
    /// <exception cref="NonFiniteDataException">
    /// A number is NaN or infinite; nothing of the chunk was taken.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A magnitude beyond 1e100.</exception>
    public void AddPairs(SnapshotPairs pairs, Matrix? inputs = null)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (Estimator.Delays > 1)
        {
            throw new ShapeMismatchException(
                "the data", $"trajectories, which {Estimator.Delays} delays need", "pairs in no order");
        }

        var (n, columns) = (pairs.X.Rows, pairs.X.Columns);
        Check(n, columns, inputs);
        var largest = Math.Max(
            SnapshotChecks.Chunk(pairs.X.AsSpan(), i => Place("snapshot", i, n)),
            SnapshotChecks.Chunk(pairs.Y.AsSpan(), i => Place("successor", i, n)));
        _largest = Math.Max(_largest, largest);
        EndTrajectory();
        (Width, InputWidth, _addStarts) = (n, inputs?.Rows ?? 0, true);
        var piece = PieceColumns();
        for (var start = 0; start < columns; start += piece)
        {
            var count = Math.Min(piece, columns - start);
            var part = new SnapshotPairs(
                pairs.X.SelectColumns(start, count), pairs.Y.SelectColumns(start, count),
                pairs.Weights.Slice(start, count));
            Accept(part, inputs?.SelectColumns(start, count));
            Snapshots += count;
        }
    }

    private int PieceColumns() => Math.Clamp(PieceElements / (Width * Estimator.Delays), 16, 1024);

    private void Open(int width, Matrix? inputs)
    {
        (Width, InputWidth) = (width, inputs?.Rows ?? 0);
        if (!_inTrajectory)
        {
            (_inTrajectory, _addStarts) = (true, true);
        }
    }

    /// <summary>What is carried over, and room for more states behind it.</summary>
    private Matrix Joined(int columns, out Span<double> target)
    {
        var joined = new Matrix(Width, (_carried?.Columns ?? 0) + columns);
        var carried = _carried is null ? 0 : _carried.AsSpan().Length;
        _carried?.AsSpan().CopyTo(joined.AsSpan());
        target = joined.AsSpan()[carried..];
        return joined;
    }

    // The states joined to those carried over; their inputs begin at column start of the chunk's.
    private void Add(Matrix joined, Matrix? inputs, int start)
    {
        var (q, carried) = (Estimator.Delays, _carried?.Columns ?? 0);
        var u = inputs is null ? null : JoinedInputs(inputs, start, joined.Columns - carried);
        if (joined.Columns > q)
        {
            var pairs = DelayEmbedding.FromTrajectories(
                [joined], new DelayEmbeddingOptions { Delays = q, StepDecay = 1 });
            Accept(pairs, u?.SelectColumns(q - 1, joined.Columns - q));
        }

        var keep = Math.Min(q, joined.Columns);
        (_carried, _carriedInputs) = (
            joined.SelectColumns(joined.Columns - keep, keep), u?.SelectColumns(joined.Columns - keep, keep));
        Snapshots += joined.Columns - carried;
        _step += joined.Columns - carried;
    }

    private Matrix JoinedInputs(Matrix inputs, int start, int count)
    {
        var chunk = inputs.SelectColumns(start, count);
        return _carriedInputs is { } carried ? carried.Beside(chunk) : chunk;
    }

    private void Check(int rows, int columns, Matrix? inputs)
    {
        if (rows == 0 || (Width > 0 && rows != Width))
        {
            throw new ShapeMismatchException(
                "the chunk", Width > 0 ? $"{Width} features wide" : "at least 1 feature wide", $"{rows}");
        }

        SnapshotChecks.Inputs(Estimator, Estimator.TakesInputs, inputs is not null);

        if (inputs is not null)
        {
            var width = InputWidth > 0 ? InputWidth : Math.Max(1, inputs.Rows);
            Guard.Shape(inputs, width, columns, "the matrix of inputs");
            Guard.Finite(inputs, "the matrix of inputs");
        }
    }

    private string Feature(int i, int width) => FormattableString.Invariant(
        $"feature {i % width} of snapshot {_step + (i / width)} of trajectory {_trajectory}");

    private string Place(string side, int i, int width) => FormattableString.Invariant(
        $"feature {i % width} of {side} {Snapshots + (i / width)} of the pairs");
}
