using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// A fit of data that does not fit in memory: chunks of trajectories (or pairs) go into a <see cref="PairSummary"/>,
/// and the operator comes out as <see cref="PairEstimator.Fit(SnapshotData, ILinearAlgebra)"/> would have made it. The
/// dictionary is built on the first 2,048 delay vectors, or those there are when an operator, a checkpoint or a merge
/// is first asked for, and then never changes. Shards of one stream share a dictionary when they come from <see
/// cref="Shard"/>. Blocks for hold-out and resampling are at least q pairs long and, after any number of pairs m, at
/// least m / B, so that a block shares states with its neighbours at its ends only. A refused chunk leaves what was
/// added before untouched; call <see cref="EndTrajectory"/> before going on without it. Not thread-safe.
/// </summary>
public sealed partial class StreamingFit
{
    /// <summary>Delay vectors that data-dependent observables are built on.</summary>
    public const int SampleColumns = 2048;

    private readonly ILinearAlgebra _la;
    private readonly List<double[]> _starts = [];
    private readonly Queue<(SnapshotPairs Pairs, Matrix? Inputs)> _backlog = [];
    private PairSummary? _summary;
    private PairFrame? _frame;
    private double _largest;

    /// <summary>An empty stream.</summary>
    /// <param name="estimator">The method and its options.</param>
    /// <param name="options">How pairs are summed up.</param>
    /// <param name="la">Does the products and factorisations.</param>
    /// <param name="timeStep">Time from one snapshot to the next, > 0.</param>
    public StreamingFit(PairEstimator estimator, SummaryOptions options, ILinearAlgebra la, double timeStep = 1)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(la);
        if (!(timeStep > 0 && double.IsFinite(timeStep)))
        {
            throw new ArgumentOutOfRangeException(nameof(timeStep), timeStep, "a time step is positive and finite");
        }

        (Estimator, TimeStep, _la) = (estimator, timeStep, la);
        Options = options with { ShortestBlock = Math.Max(options.ShortestBlock, estimator.Delays) };
    }

    /// <summary>The method.</summary>
    public PairEstimator Estimator { get; }

    /// <summary>How pairs are summed up; no block is shorter than q.</summary>
    public SummaryOptions Options { get; }

    /// <summary>Time from one snapshot to the next.</summary>
    public double TimeStep { get; }

    /// <summary>n; 0 before the first chunk.</summary>
    public int Width { get; private set; }

    /// <summary>c; 0 before the first chunk and without control.</summary>
    public int InputWidth { get; private set; }

    /// <summary>Snapshots taken, pairs counting one each.</summary>
    public long Snapshots { get; private set; }

    /// <summary>Pairs taken.</summary>
    public long Pairs => (_summary?.Count ?? 0) + _backlog.Sum(piece => (long)piece.Pairs.X.Columns);

    /// <summary>psi; null before it is built.</summary>
    public Dictionary? Observables => _frame?.Observables;

    /// <summary>
    /// What all was summed up to, for those who resample it; null before the dictionary is built. Not to be added to.
    /// </summary>
    public PairSummary? Summary => _summary;

    /// <summary>
    /// An empty stream that can be merged into this one: same method, options and dictionary, which is built now if
    /// there is any pair to build it on.
    /// </summary>
    public StreamingFit Shard()
    {
        Freeze();
        return new StreamingFit(Estimator, Options, _la, TimeStep)
        {
            _frame = _frame,
            Width = Width,
            InputWidth = InputWidth,
        };
    }

    /// <summary>The operator of all pairs so far; more may be added afterwards. Costs a fit, not a pass.</summary>
    /// <exception cref="ShapeMismatchException">There is no pair.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The largest magnitude of the data is below 1e-100.</exception>
    public KoopmanOperator ToOperator(ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(la);
        var frame = Frame();
        SnapshotChecks.Whole(_largest);
        var fit = Estimator.Fit(_summary!, frame, la);
        var diagnostics = fit.Diagnostics;
        return _summary!.Loss(la) is { Energy: > 0 } loss
            ? fit with { Diagnostics = diagnostics with { Warnings = [.. diagnostics.Warnings, Sentence(loss)] } }
            : fit;
    }

    /// <summary>The frame that pairs were lifted in, with the initial states seen so far.</summary>
    /// <exception cref="ShapeMismatchException">There is no pair.</exception>
    public PairFrame Frame()
    {
        Freeze();
        if (_summary is null || _summary.Count == 0)
        {
            throw new ShapeMismatchException(
                "the stream", $"at least one trajectory of {Estimator.Delays + 1} snapshots",
                FormattableString.Invariant($"{Snapshots} snapshots without a pair"));
        }

        var starts = new Matrix(_frame!.Observables.Width, _starts.Count);
        for (var t = 0; t < starts.Columns; t++)
        {
            _starts[t].CopyTo(starts.Column(t));
        }

        return _frame with { Starts = _frame.Observables.Lift(starts, _la) };
    }

    /// <summary>
    /// Adds all pairs that <paramref name="other"/> has seen; its open trajectory, if any, is not carried on here.
    /// </summary>
    /// <exception cref="ShapeMismatchException">Widths or options of the summaries differ.</exception>
    /// <exception cref="ArgumentException">Methods, time steps or dictionaries differ.</exception>
    public void Merge(StreamingFit other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!Estimator.Equals(other.Estimator) || TimeStep != other.TimeStep)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"a stream fitted by {other.Estimator} with time step {other.TimeStep} ")
                + FormattableString.Invariant($"cannot be merged into one by {Estimator} with {TimeStep}"),
                nameof(other));
        }

        Freeze();
        other.Freeze();
        if (other._summary is not { } summary)
        {
            return;
        }

        CheckSameFrame(other);
        _frame ??= other._frame;
        (Width, InputWidth, _largest) = (other.Width, other.InputWidth, Math.Max(_largest, other._largest));
        _summary ??= NewSummary();
        _summary.Merge(summary);
        Snapshots += other.Snapshots;
        _starts.AddRange([.. other._starts.Take(PairFrame.MostStarts - _starts.Count)]);
    }

    private static string Sentence(SketchLoss loss) =>
        FormattableString.Invariant($"the sketch left out {loss.Energy:0.0E+00} of the energy of the pairs, ")
        + FormattableString.Invariant($"at most {loss.Bound:0.0E+00} in any direction");

    private void CheckSameFrame(StreamingFit other)
    {
        if (Width > 0 && (Width, InputWidth) != (other.Width, other.InputWidth))
        {
            throw new ShapeMismatchException(
                "the stream to merge", $"of {Width} features and {InputWidth} inputs",
                $"{other.Width} and {other.InputWidth}");
        }

        if (_frame is not null && !Same(_frame.Observables, other._frame!.Observables))
        {
            throw new ArgumentException(
                $"the stream to merge was lifted by {other._frame.Observables} built on other data; streams to be "
                + "merged share a dictionary when they come from Shard()",
                nameof(other));
        }
    }

    private void Accept(SnapshotPairs pairs, Matrix? inputs)
    {
        if (_frame is not null)
        {
            Feed(pairs, inputs);
        }
        else
        {
            _backlog.Enqueue((pairs, inputs));
            if (_backlog.Sum(piece => piece.Pairs.X.Columns) >= SampleColumns)
            {
                Freeze();
            }
        }

        // A trajectory has one start, while each pair is one.
        for (var j = 0; _addStarts && j < pairs.X.Columns && _starts.Count < PairFrame.MostStarts; j++)
        {
            _starts.Add(pairs.X.Column(j).ToArray());
            _addStarts = !_inTrajectory;
        }
    }

    // Builds the dictionary on what there is, and lifts what waited for it.
    private void Freeze()
    {
        if (_frame is null && _backlog.Count > 0)
        {
            var dictionary = Estimator.Observables.Build(Sample(), _la);
            _frame = new PairFrame
            {
                Observables = dictionary,
                Delays = Estimator.Delays,
                TimeStep = TimeStep,
                ColumnScaling = Estimator.ColumnScaling,
                Starts = new Matrix(dictionary.Count, 0),
            };
        }

        while (_backlog.TryDequeue(out var piece))
        {
            Feed(piece.Pairs, piece.Inputs);
        }
    }

    private Matrix Sample()
    {
        var waiting = _backlog.Sum(piece => piece.Pairs.X.Columns);
        var (sample, next) = (new Matrix(Width * Estimator.Delays, Math.Min(SampleColumns, waiting)), 0);
        foreach (var (pairs, _) in _backlog)
        {
            for (var j = 0; j < pairs.X.Columns && next < sample.Columns; j++)
            {
                pairs.X.Column(j).CopyTo(sample.Column(next++));
            }
        }

        return sample;
    }

    private void Feed(SnapshotPairs pairs, Matrix? inputs) =>
        (_summary ??= NewSummary()).Add(_frame!.Lift(pairs, inputs, _la));

    // Lifted or scaled pairs are not made of stacked states any more.
    private PairSummary NewSummary() => new(
        _frame!.Observables.Count, InputWidth, Options, _la,
        _frame.Observables.IsIdentity && !_frame.ColumnScaling ? _frame.Delays : 0);
}
