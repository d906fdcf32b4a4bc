using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

using static System.FormattableString;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// What an estimator is given: trajectories (columns in time order), or pairs whose order means nothing. No pair is
/// ever made across two trajectories. Matrices are not copied and not written to. What comes in is checked here, once:
/// every number finite, the largest magnitude 0 or between 1e-100 and 1e100. O(n m).
/// </summary>
public sealed record SnapshotData
{
    private readonly SnapshotPairs? _pairs;

    private SnapshotData(IReadOnlyList<Matrix> trajectories, SnapshotPairs? pairs) =>
        (Trajectories, _pairs) = (trajectories, pairs);

    /// <summary>n × T_t each; empty when the data is pairs.</summary>
    public IReadOnlyList<Matrix> Trajectories { get; }

    /// <summary>
    /// Inputs of methods with control, or null: for trajectory t a c × T_t matrix (the last column is not used), for
    /// pairs one c × m matrix.
    /// </summary>
    /// <exception cref="NonFiniteDataException">A number is NaN or infinite.</exception>
    public IReadOnlyList<Matrix>? Inputs
    {
        get;
        init
        {
            SnapshotChecks.Data(value ?? [], t => ("column", Invariant($"the matrix of inputs {t}")));
            field = value is null ? null : [.. value];
        }
    }

    /// <summary>Time from one snapshot to the next, finite and > 0, in the caller's unit. Default 1.</summary>
    public double TimeStep
    {
        get;
        init => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "a time step is positive and finite");
    } = 1;

    /// <summary>
    /// Times of the snapshots of one trajectory when they are not evenly spaced (T long, ascending), else null; only
    /// methods that fit in time use them.
    /// </summary>
    public IReadOnlyList<double>? Times
    {
        get;
        init
        {
            RequireAscending(value ?? []);
            field = value is null ? null : [.. value];
        }
    }

    /// <summary>n.</summary>
    public int Width => _pairs?.X.Rows ?? Trajectories[0].Rows;

    /// <summary>True when there is no order in time.</summary>
    public bool IsPairs => _pairs is not null;

    /// <summary>Column j of y follows column j of x; both n × m, m ≥ 1.</summary>
    /// <exception cref="ShapeMismatchException">The shapes differ, or there is no pair.</exception>
    /// <exception cref="NonFiniteDataException">A number is NaN or infinite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The largest magnitude is beyond 1e±100.</exception>
    public static SnapshotData FromPairs(Matrix x, Matrix y) => FromPairs(new SnapshotPairs(x, y));

    /// <summary>Pairs, perhaps weighted.</summary>
    public static SnapshotData FromPairs(SnapshotPairs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.X.Columns == 0 || pairs.X.Rows == 0)
        {
            throw new ShapeMismatchException(
                "the data", "at least 1 feature and 1 pair", $"{pairs.X.Rows} x {pairs.X.Columns}");
        }

        SnapshotChecks.Data([pairs.X, pairs.Y], i => (i == 0 ? "snapshot" : "successor", "the pairs"));
        return new SnapshotData([], pairs);
    }

    /// <summary>One or more trajectories of one width, in which at least one state has a successor.</summary>
    /// <exception cref="ShapeMismatchException">The widths differ, or no trajectory has two snapshots.</exception>
    /// <exception cref="NonFiniteDataException">A number is NaN or infinite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The largest magnitude is beyond 1e±100.</exception>
    public static SnapshotData FromTrajectories(params IReadOnlyList<Matrix> trajectories)
    {
        ArgumentNullException.ThrowIfNull(trajectories);
        if (trajectories.Count == 0 || trajectories[0].Rows == 0 || trajectories.All(t => t.Columns < 2))
        {
            throw new ShapeMismatchException(
                "the data", "at least one trajectory of 2 snapshots",
                trajectories.Count == 0 ? "none" : $"{trajectories[0].Rows} x {trajectories.Max(t => t.Columns)}");
        }

        for (var t = 1; t < trajectories.Count; t++)
        {
            Guard.Shape(
                trajectories[t], trajectories[0].Rows, trajectories[t].Columns, $"the matrix of trajectory {t}");
        }

        SnapshotChecks.Data(trajectories, t => ("snapshot", Invariant($"trajectory {t}")));
        return new SnapshotData([.. trajectories], null);
    }

    /// <summary>
    /// Pairs of delay vectors, newest first (methods A6): trajectories give T_t - q each. Data given as pairs knows no
    /// earlier states, so there q must be 1.
    /// </summary>
    /// <exception cref="ShapeMismatchException">No trajectory is longer than q, or pairs with q > 1.</exception>
    public SnapshotPairs Pairs(int delays)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delays, 1);
        if (_pairs is not null)
        {
            return delays == 1
                ? _pairs
                : throw new ShapeMismatchException(
                    "the data", $"trajectories, which {delays} delays need", "pairs in no order");
        }

        RequireLength(delays);
        return DelayEmbedding.FromTrajectories(
            Trajectories, new DelayEmbeddingOptions { Delays = delays, StepDecay = 1 });
    }

    /// <summary>Inputs u_k beside <see cref="Pairs"/>, c × pairs; null when there are none.</summary>
    /// <exception cref="ShapeMismatchException">They do not match the data.</exception>
    public Matrix? PairInputs(int delays)
    {
        if (Inputs is null)
        {
            return null;
        }

        if (_pairs is not null)
        {
            Guard.Length(Inputs.Count, 1, "the list of inputs of pairs");
            Guard.Shape(Inputs[0], Inputs[0].Rows, _pairs.X.Columns, "the matrix of inputs");
            return Inputs[0];
        }

        Guard.Length(Inputs.Count, Trajectories.Count, "the list of inputs");
        var joined = new Matrix(Inputs[0].Rows, Trajectories.Sum(t => Math.Max(0, t.Columns - delays)));
        var next = 0;
        for (var t = 0; t < Inputs.Count; t++)
        {
            Guard.Shape(Inputs[t], joined.Rows, Trajectories[t].Columns, $"the matrix of inputs of trajectory {t}");
            for (var k = delays - 1; k < Inputs[t].Columns - 1; k++)
            {
                Inputs[t].Column(k).CopyTo(joined.Column(next++));
            }
        }

        return joined;
    }

    /// <summary>
    /// Where each trajectory starts (delay vectors, at most <paramref name="most"/>), or the first pairs.
    /// </summary>
    public Matrix Starts(int delays, int most)
    {
        if (_pairs is not null)
        {
            return _pairs.X.SelectColumns(0, Math.Min(most, _pairs.X.Columns));
        }

        var usable = Trajectories.Where(t => t.Columns > delays).Take(most).ToArray();
        var starts = new Matrix(Width * delays, usable.Length);
        for (var t = 0; t < usable.Length; t++)
        {
            for (var block = 0; block < delays; block++)
            {
                usable[t].Column(delays - 1 - block).CopyTo(starts.Column(t)[(block * Width)..]);
            }
        }

        return starts;
    }

    private static void RequireAscending(IReadOnlyList<double> times)
    {
        for (var k = 0; k < times.Count; k++)
        {
            if (!double.IsFinite(times[k]) || (k > 0 && !(times[k] > times[k - 1])))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(times), times[k], Invariant($"times are finite and ascend, unlike time {k}"));
            }
        }
    }

    private void RequireLength(int delays)
    {
        var longest = Trajectories.Max(t => t.Columns);
        if (longest <= delays)
        {
            throw new ShapeMismatchException(
                "the longest trajectory", $"at least {delays + 1} snapshots for {delays} delays", $"{longest}");
        }
    }
}
