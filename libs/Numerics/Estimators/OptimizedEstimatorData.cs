using System.Numerics;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Trajectories made ready for a fit in time: delay vectors, their leading directions, and times in steps from the
/// first.
/// </summary>
internal sealed class OptimizedEstimatorData
{
    // How far spacings may differ, relative to the step, and still count as even.
    private const double EvenSpacing = 1e-9;
    private const double PseudoInverse = 1e-12;

    private readonly ILinearAlgebra _la;
    private readonly int _length;

    private OptimizedEstimatorData(SnapshotData data, IReadOnlyList<Matrix> series, double[] times, ILinearAlgebra la)
    {
        (Series, _length, _la) = (series, series[0].Columns, la);
        (TimeStep, Times, EvenlySpaced) = Steps(times, data.TimeStep);
    }

    /// <summary>Delay vectors, nq × T each, newest state first.</summary>
    public IReadOnlyList<Matrix> Series { get; }

    /// <summary>dt: the spacing, or the median of uneven ones.</summary>
    public double TimeStep { get; }

    /// <summary>(t_k - t_0) / dt.</summary>
    public double[] Times { get; }

    public bool EvenlySpaced { get; }

    public required RankDecision Rank { get; init; }

    public required double[] SingularValues { get; init; }

    /// <summary>Directions that are fitted, nq × d.</summary>
    public required Matrix Basis { get; init; }

    /// <summary>T × d L: the trajectories in those directions beside each other.</summary>
    public required Matrix Targets { get; init; }

    public static OptimizedEstimatorData Of(SnapshotData data, OptimizedEstimator options, ILinearAlgebra la)
    {
        Check(data, options);
        var times = TimesOf(data);
        var q = options.Delays;
        var series = q == 1 ? data.Trajectories : [.. data.Trajectories.Select(t => Embed(t, q))];
        var all = Join(series);
        Guard.Finite(all, "the matrix of snapshots");
        var (u, s, vt) = la.ThinSvd(all);
        var shape = new SpectrumShape(all.Rows, all.Columns) { Cap = series[0].Columns - 1 };
        var rank = options.RankRule.Decide(s, shape);
        var d = options.Project ? rank.Rank : rank.Possible;
        return new OptimizedEstimatorData(data, series, times[(q - 1)..], la)
        {
            Rank = rank,
            SingularValues = s,
            Basis = u.SelectColumns(0, d),
            Targets = Beside(vt.SelectRows(0, d).ScaleRows(s.AsSpan(0, d)), series.Count),
        };
    }

    /// <summary>
    /// Blocks to start from, r wide: the exponents of DMD in the leading r directions; on uneven times those of the
    /// trapezoid rule (Askham and Kutz 2018, SIAM J. Appl. Dyn. Syst. 17, section 3).
    /// </summary>
    public VariableProjectionBlock[] InitialBlocks()
    {
        var (r, l) = (Rank.Rank, Series.Count);
        var (x, y) = (new Matrix(r, (_length - 1) * l), new Matrix(r, (_length - 1) * l));
        var (d, next) = (Basis.Columns, 0);
        for (var t = 0; t < l; t++)
        {
            for (var k = 0; k + 1 < _length; k++, next++)
            {
                var step = Times[k + 1] - Times[k];
                for (var i = 0; i < r; i++)
                {
                    var (before, after) = (Targets[k, (t * d) + i], Targets[k + 1, (t * d) + i]);
                    x[i, next] = EvenlySpaced ? before : 0.5 * (before + after);
                    y[i, next] = EvenlySpaced ? after : (after - before) / step;
                }
            }
        }

        var (u, s, vt) = _la.ThinSvd(x);
        var inverse = Array.ConvertAll(s, value => value > PseudoInverse * s[0] ? 1 / value : 0);
        var map = _la.Multiply(_la.Multiply(y, vt.ScaleRows(inverse), transposeB: true), u, transposeB: true);
        var values = _la.Eigen(map).Values;
        var exponents = EvenlySpaced ? Array.ConvertAll(values, Complex.Log) : values;
        return VariableProjectionBlock.Group(exponents, EvenlySpaced);
    }

    /// <summary>The targets, turned into at most T columns: a turn from the right changes no residual.</summary>
    public Matrix Compressed() => Targets.Columns <= Targets.Rows
        ? Targets
        : _la.TriangularFactor(Targets.Transpose()).Transpose();

    /// <summary>X and Y of all trajectories, for one-step errors; only where the times are even.</summary>
    public SnapshotPairs Pairs()
    {
        var (n, l) = (Series[0].Rows, Series.Count);
        var (x, y) = (new Matrix(n, (_length - 1) * l), new Matrix(n, (_length - 1) * l));
        for (var t = 0; t < l; t++)
        {
            var size = n * (_length - 1);
            Series[t].AsSpan()[..size].CopyTo(x.AsSpan()[(t * size)..]);
            Series[t].AsSpan()[n..].CopyTo(y.AsSpan()[(t * size)..]);
        }

        return new SnapshotPairs(x, y);
    }

    private static void Check(SnapshotData data, OptimizedEstimator options)
    {
        if (data.IsPairs || data.Inputs is not null)
        {
            throw new ShapeMismatchException(
                $"the data of {options.Name}", "trajectories without inputs",
                data.IsPairs ? "pairs in no order" : "inputs");
        }

        var length = data.Trajectories[0].Columns;
        foreach (var other in data.Trajectories)
        {
            Guard.Length(other.Columns, length, "each trajectory of a fit in time, like the first,");
        }

        if (length <= options.Delays)
        {
            throw new ShapeMismatchException(
                "the longest trajectory", $"at least {options.Delays + 1} snapshots for {options.Delays} delays",
                $"{length}");
        }

        if (data.Times is not { } times)
        {
            return;
        }

        Guard.Length(times.Count, length, "the list of times");
        if (options.Delays > 1 && !Steps([.. times], 1).Even)
        {
            throw new ShapeMismatchException(
                "the list of times", $"evenly spaced, which {options.Delays} delays need", "uneven spacings");
        }
    }

    private static double[] TimesOf(SnapshotData data) => data.Times is { } times
        ? [.. times]
        : [.. Enumerable.Range(0, data.Trajectories[0].Columns).Select(k => k * data.TimeStep)];

    private static (double Step, double[] Times, bool Even) Steps(double[] times, double given)
    {
        var spacings = new double[Math.Max(1, times.Length - 1)];
        spacings[0] = given;
        for (var k = 0; k + 1 < times.Length; k++)
        {
            spacings[k] = times[k + 1] - times[k];
        }

        Array.Sort(spacings);
        var step = spacings[spacings.Length / 2];
        var even = spacings[^1] - spacings[0] <= EvenSpacing * step * times.Length;
        var steps = new double[times.Length];
        for (var k = 0; k < times.Length; k++)
        {
            steps[k] = even ? k : (times[k] - times[0]) / step;
        }

        return (step, steps, even);
    }

    private static Matrix Embed(Matrix trajectory, int delays)
    {
        var n = trajectory.Rows;
        var embedded = new Matrix(checked(n * delays), trajectory.Columns - delays + 1);
        for (var k = 0; k < embedded.Columns; k++)
        {
            for (var block = 0; block < delays; block++)
            {
                trajectory.Column(k + delays - 1 - block).CopyTo(embedded.Column(k)[(block * n)..]);
            }
        }

        return embedded;
    }

    private static Matrix Join(IReadOnlyList<Matrix> series)
    {
        var size = series[0].AsSpan().Length;
        var all = new Matrix(series[0].Rows, checked(series[0].Columns * series.Count));
        for (var t = 0; t < series.Count; t++)
        {
            series[t].AsSpan().CopyTo(all.AsSpan()[(t * size)..]);
        }

        return all;
    }

    // d × T L → T × d L.
    private static Matrix Beside(Matrix rows, int trajectories)
    {
        var (d, length) = (rows.Rows, rows.Columns / trajectories);
        var beside = new Matrix(length, d * trajectories);
        for (var t = 0; t < trajectories; t++)
        {
            for (var i = 0; i < d; i++)
            {
                for (var k = 0; k < length; k++)
                {
                    beside[k, (t * d) + i] = rows[i, (t * length) + k];
                }
            }
        }

        return beside;
    }
}
