using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Numerics.StandIns;

/// <summary>
/// Fits stand-ins y = L R' psi(x) + c to streamed pairs, several lifts in one pass (methods P2, A5): the first rows
/// bind what depends on the data, then every row is lifted and summed up. Memory does not grow with the rows, see <see
/// cref="EstimateBytes"/>. How the rows are split over calls changes no bit. Not thread-safe.
/// </summary>
public sealed class StandInFitter
{
    // Rows lifted at a time, always the same ones: products of other widths may round otherwise.
    private const int SliceRows = 256;

    private readonly (int Before, int After) _widths;
    private readonly Lift[] _lifts;
    private readonly string?[] _refusals;
    private readonly LiftSums?[] _sums;
    private readonly StandInOptions _options;
    private readonly ILinearAlgebra _algebra;
    private float[] _before = [];
    private float[] _after = [];
    private HoldOutStripes? _stripes;
    private float _lowest = float.PositiveInfinity;
    private int _waiting;
    private long _folded;

    /// <summary>
    /// Without pairs. A lift that is too large is refused, see <see cref="Refusal"/>; the others go on.
    /// </summary>
    /// <param name="before">n.</param>
    /// <param name="after">p.</param>
    /// <param name="lifts">The lifts, those with delays trained.</param>
    /// <param name="options">How.</param>
    /// <param name="algebra">What multiplies.</param>
    public StandInFitter(
        int before, int after, IReadOnlyList<Lift> lifts, StandInOptions options, ILinearAlgebra algebra)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(before, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(after, 1);
        ArgumentNullException.ThrowIfNull(lifts);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(algebra);
        options.Validate();
        if (lifts.FirstOrDefault(lift => lift.Delays is not null) is { } untrained)
        {
            throw new ArgumentException(
                $"the scaling block of the lift {untrained} was not trained, expected Lift.Trained", nameof(lifts));
        }

        (_widths, _lifts, _options, _algebra) = ((before, after), [.. lifts], options, algebra);
        (_refusals, _sums) = (new string?[_lifts.Length], new LiftSums?[_lifts.Length]);
        Refuse();
    }

    /// <summary>Rows that came.</summary>
    public long Rows => _folded + _waiting;

    /// <summary>Why a lift was refused, one sentence; null while it is not.</summary>
    public string? Refusal(int lift) => _refusals[lift];

    /// <summary>Bytes that the sums of one lift take, or null when no array could hold them.</summary>
    /// <exception cref="ObservablesException">There would be too many observables.</exception>
    public static long? EstimateBytes(Lift lift, int before, int after, AccumulatorKind kind, ILinearAlgebra algebra)
    {
        ArgumentNullException.ThrowIfNull(lift);
        ArgumentNullException.ThrowIfNull(algebra);
        return LiftSums.EstimateBytes(lift.MostObservables(before, algebra), after, kind);
    }

    /// <summary>
    /// Adds pairs as a network leaves them: <paramref name="before"/> holds rows · n numbers, <paramref name="after"/>
    /// rows · p. O((N + p)^2) a row and lift.
    /// </summary>
    /// <exception cref="SnapshotShapeException">A span is not as long as its shape says.</exception>
    /// <exception cref="NonFiniteSnapshotException">A value is NaN or infinite; nothing was added.</exception>
    public void Add(ReadOnlySpan<float> before, ReadOnlySpan<float> after, int rows)
    {
        var (n, p) = _widths;
        SnapshotRows.Check(SnapshotRows.Before, before, rows, n, Rows);
        SnapshotRows.Check(SnapshotRows.After, after, rows, p, Rows);
        if (Array.TrueForAll(_refusals, refusal => refusal is not null))
        {
            // Nobody is left to see them, and rows of many features are not kept for nobody.
            _folded += rows;
            return;
        }

        for (var done = 0; done < rows;)
        {
            var take = Math.Min(_options.SampleRows - _waiting, rows - done);
            Reserve(_waiting + take);
            before.Slice(done * n, take * n).CopyTo(_before.AsSpan(_waiting * n));
            after.Slice(done * p, take * p).CopyTo(_after.AsSpan(_waiting * p));
            done += take;
            _waiting += take;
            if (_waiting == _options.SampleRows)
            {
                Fold();
            }
        }
    }

    /// <summary>
    /// The stand-ins of one lift, one a rank (0 for full), and releases its sums: once a lift, after all rows. O(N^3).
    /// </summary>
    /// <exception cref="InvalidOperationException">No rows came, or the lift was refused or fitted before.</exception>
    /// <exception cref="NonFiniteDataException">The numbers overflow.</exception>
    public IReadOnlyList<StandInFit> Fit(int lift, IReadOnlyList<int> ranks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        foreach (var rank in ranks)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(rank, nameof(ranks));
        }

        if (Rows == 0)
        {
            throw new InvalidOperationException("no pairs came, expected at least one");
        }

        Fold();
        if (_sums[lift] is not { } sums)
        {
            throw new InvalidOperationException(
                _refusals[lift] ?? $"the lift {_lifts[lift]} was fitted before, and its sums are gone");
        }

        _sums[lift] = null;
        var regression = new StandInRegression(sums, _options, _algebra) { Lowest = _lowest };
        return regression.Fit(ranks, cancellationToken);
    }

    // In order, as long as their sums fit together.
    private void Refuse()
    {
        var total = 0L;
        for (var i = 0; i < _lifts.Length; i++)
        {
            try
            {
                var bytes = EstimateBytes(_lifts[i], _widths.Before, _widths.After, _options.Kind, _algebra);
                if (bytes is { } taken && taken <= _options.MaxSummaryBytes - total)
                {
                    total += taken;
                    continue;
                }

                var left = total == 0 ? "" : $" of which other lifts take {total}";
                _refusals[i] = $"the sums of the lift {_lifts[i]} from {_widths.Before} to {_widths.After} features "
                    + $"take {bytes?.ToString() ?? "too many"} bytes, allowed are {_options.MaxSummaryBytes}{left}; "
                    + "use fewer observables";
            }
            catch (ObservablesException e)
            {
                _refusals[i] = e.Message;
            }
        }
    }

    // Memory grows with the rows that came, not with what the widths promise.
    private void Reserve(int rows)
    {
        var (n, p) = _widths;
        if (_before.Length < (long)rows * n)
        {
            var capacity = Math.Clamp(2 * rows, Math.Min(SliceRows, _options.SampleRows), _options.SampleRows);
            Array.Resize(ref _before, checked(capacity * n));
            Array.Resize(ref _after, checked(capacity * p));
        }
    }

    private void Fold()
    {
        if (_waiting == 0)
        {
            return;
        }

        var before = Columns(_before, _widths.Before, 0, _waiting);
        _lowest = Math.Min(_lowest, (float)TensorPrimitives.Min<double>(before.AsSpan()));
        var first = _stripes is null;
        _stripes ??= _options.Stripes(_waiting);
        for (var i = 0; i < _lifts.Length; i++)
        {
            if (_refusals[i] is null && (first || _sums[i] is not null))
            {
                Fold(i, before, first);
            }
        }

        _folded += _waiting;
        _waiting = 0;
    }

    private void Fold(int lift, Matrix before, bool first)
    {
        try
        {
            var sums = _sums[lift] ??= new LiftSums(
                _lifts[lift].Bind(before, _options.Seed, _algebra), _widths.After, _options.Kind, _algebra);
            for (var start = 0; start < before.Columns; start += SliceRows)
            {
                var count = Math.Min(SliceRows, before.Columns - start);
                sums.Add(
                    before.SelectColumns(start, count), Columns(_after, _widths.After, start, count), _stripes!,
                    _folded + start);
            }
        }
        catch (Exception e) when (e is NonFiniteDataException or ObservablesException)
        {
            (_refusals[lift], _sums[lift]) = (e.Message, null);
        }
    }

    private static Matrix Columns(float[] rows, int width, int start, int count)
    {
        var columns = new Matrix(width, count);
        TensorPrimitives.ConvertTruncating<float, double>(rows.AsSpan(start * width, count * width), columns.AsSpan());
        return columns;
    }
}
