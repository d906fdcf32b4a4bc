using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Statistics;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// The steps of <see cref="HavokEstimator"/>: delays, singular vectors, derivatives, regression, operator.
/// </summary>
internal static class HavokEstimatorFit
{
    private const double PseudoInverse = 1e-12;

    public static HavokModel Of(SnapshotData data, HavokEstimator options, ILinearAlgebra la)
    {
        var (hankel, lengths) = Embed(data.Trajectories, options.Delays);
        Guard.Finite(hankel, "the matrix of delay vectors");
        var (u, s, vt) = la.ThinSvd(hankel);
        var rank = options.RankRule.Decide(s, hankel.Rows, hankel.Columns);
        var v = vt.SelectRows(0, rank.Rank);
        var (inner, slopes) = Derivatives(v, lengths, data.TimeStep);
        var map = Regress(slopes, inner, la);
        var unexplained = Unexplained(map, slopes, inner, la);
        var forced = rank.Rank > 1 && unexplained[^1] > options.ForcingTolerance;
        var k = forced ? rank.Rank - 1 : rank.Rank;
        var dynamics = map.SelectRows(0, k).SelectColumns(0, k);
        var column = forced ? map.SelectRows(0, k).SelectColumns(k, 1) : new Matrix(k, 1);
        var forcing = forced ? Row(v, k) : new double[v.Columns];
        var squares = Array.ConvertAll(forcing, f => f * f);
        var threshold = Quantiles.At(squares, options.ActiveQuantile);
        var (basis, values) = (u.SelectColumns(0, k), s[..k]);
        return new HavokModel
        {
            Dynamics = dynamics,
            ForcingColumn = column,
            Coordinates = v,
            Unexplained = unexplained,
            IsForced = forced,
            Forcing = forcing,
            Threshold = threshold,
            Active = Array.ConvertAll(squares, f => f > threshold),
            Kurtosis = forced ? Kurtosis(forcing) : 0,
            Operator = OperatorAssembly.Omitting(Operator(data, options, new Parts(
                dynamics, forced ? column : null, basis, values)
            {
                Start = v.SelectRows(0, k).SelectColumns(0, 1),
                Diagnostics = Diagnose(rank, s, unexplained.AsSpan(0, k), forced) with
                {
                    Pairs = hankel.Columns,
                    LinearAlgebra = la.Name,
                },
            }, la), data, options.Delays + 4),
        };
    }

    private static KoopmanOperator Operator(
        SnapshotData data, HavokEstimator options, Parts parts, ILinearAlgebra la)
    {
        var n = data.Width;
        var (reduced, input) = Discretise(parts.A, parts.B, data.TimeStep, la);
        Guard.Finite(reduced, "the reduced operator over one step");
        var decoder = parts.U.SelectRows(0, n).ScaleColumns(parts.S);
        var (values, vectors) = OptimizedEstimatorAssembly.CanonicalEigen(reduced, la);
        return new KoopmanOperator
        {
            Method = options.Name,
            Observables = Dictionary.Identity(n * options.Delays),
            Delays = options.Delays,
            TimeStep = data.TimeStep,
            Encoder = parts.U.Copy().ScaleColumns(Array.ConvertAll(parts.S, value => 1 / value)),
            Reduced = reduced,
            Decoder = decoder,
            Image = la.Multiply(decoder, reduced),
            Input = input,
            InputImage = input is null ? null : la.Multiply(decoder, input),
            Spectrum = SpectrumAssembly.Of(
                values, ReadOnlyMemory<double>.Empty, vectors, ComplexParts.Times(la, decoder, vectors),
                parts.Start, la),
            Diagnostics = parts.Diagnostics,
        };
    }

    // exp([[A, B], [0, 0]] dt) = [[exp(A dt), integral of exp(A t) B], [0, 1]].
    private static (Matrix Reduced, Matrix? Input) Discretise(Matrix a, Matrix? b, double step, ILinearAlgebra la)
    {
        var k = a.Rows;
        var joint = new Matrix(k + 1, k + 1);
        for (var j = 0; j < k; j++)
        {
            TensorPrimitives.Multiply(a.Column(j), step, joint.Column(j)[..k]);
        }

        if (b is not null)
        {
            TensorPrimitives.Multiply(b.Column(0), step, joint.Column(k)[..k]);
        }

        var exponential = MatrixExponential.Of(joint, la).SelectRows(0, k);
        return (exponential.SelectColumns(0, k), b is null ? null : exponential.SelectColumns(k, 1));
    }

    /// <summary>Delay vectors of all trajectories long enough, none across two, and how many each gives.</summary>
    private static (Matrix Hankel, int[] Lengths) Embed(IReadOnlyList<Matrix> trajectories, int delays)
    {
        var usable = trajectories.Where(t => t.Columns >= delays + 4).ToArray();
        var lengths = Array.ConvertAll(usable, t => t.Columns - delays + 1);
        var n = usable[0].Rows;
        var (hankel, next) = (new Matrix(checked(n * delays), lengths.Sum()), 0);
        foreach (var trajectory in usable)
        {
            for (var k = delays - 1; k < trajectory.Columns; k++, next++)
            {
                for (var block = 0; block < delays; block++)
                {
                    trajectory.Column(k - block).CopyTo(hankel.Column(next)[(block * n)..]);
                }
            }
        }

        return (hankel, lengths);
    }

    /// <summary>(v_(k-2) - 8 v_(k-1) + 8 v_(k+1) - v_(k+2)) / 12 dt, and v at the same places.</summary>
    private static (Matrix Inner, Matrix Slopes) Derivatives(Matrix v, int[] lengths, double step)
    {
        var count = lengths.Sum(length => length - 4);
        var (inner, slopes) = (new Matrix(v.Rows, count), new Matrix(v.Rows, count));
        var (start, next) = (0, 0);
        foreach (var length in lengths)
        {
            for (var k = start + 2; k < start + length - 2; k++, next++)
            {
                v.Column(k).CopyTo(inner.Column(next));
                for (var i = 0; i < v.Rows; i++)
                {
                    slopes[i, next] = (v[i, k - 2] - v[i, k + 2] + (8 * (v[i, k + 1] - v[i, k - 1]))) / (12 * step);
                }
            }

            start += length;
        }

        return (inner, slopes);
    }

    private static Matrix Regress(Matrix slopes, Matrix inner, ILinearAlgebra la)
    {
        var (u, s, vt) = la.ThinSvd(inner);
        var inverse = Array.ConvertAll(s, value => value > PseudoInverse * s[0] ? 1 / value : 0);
        return la.Multiply(la.Multiply(slopes, vt.ScaleRows(inverse), transposeB: true), u, transposeB: true);
    }

    private static double[] Unexplained(Matrix map, Matrix slopes, Matrix inner, ILinearAlgebra la)
    {
        var error = la.Multiply(map, inner);
        TensorPrimitives.Subtract(slopes.AsSpan(), error.AsSpan(), error.AsSpan());
        var unexplained = new double[map.Rows];
        for (var i = 0; i < unexplained.Length; i++)
        {
            var whole = TensorPrimitives.Norm<double>(Row(slopes, i));
            unexplained[i] = whole > 0 ? TensorPrimitives.Norm<double>(Row(error, i)) / whole : 0;
        }

        return unexplained;
    }

    private static double Kurtosis(double[] f)
    {
        var mean = f.Average();
        var (second, fourth) = (0.0, 0.0);
        foreach (var value in f)
        {
            var square = (value - mean) * (value - mean);
            second += square / f.Length;
            fourth += square * square / f.Length;
        }

        return second > 0 ? fourth / second / second : 0;
    }

    private static FitDiagnostics Diagnose(
        RankDecision rank, double[] s, ReadOnlySpan<double> unexplained, bool forced)
    {
        var condition = rank.Rank == 0 ? 1 : s[0] / s[rank.Rank - 1];
        var worst = Guard.LargestMagnitude(unexplained);
        return new FitDiagnostics
        {
            Rank = rank,
            SingularValues = s,
            ConditionNumber = condition,
            DigitsLost = Math.Log10(condition),
            Pairs = 0,
            LinearAlgebra = "",
            Basis = forced ? "svd of delays, forced by the last direction" : "svd of delays, closed",
            Warnings = worst <= 0.1
                ? []
                : [FormattableString.Invariant($"{worst:0.##} of a coordinate's derivative is not linear in them")],
        };
    }

    /// <summary>dv/dt = A v + B f with v = S^(-1) U' h.</summary>
    private sealed record Parts(Matrix A, Matrix? B, Matrix U, double[] S)
    {
        public required Matrix Start { get; init; }

        public required FitDiagnostics Diagnostics { get; init; }
    }

    private static double[] Row(Matrix matrix, int row)
    {
        var values = new double[matrix.Columns];
        for (var j = 0; j < values.Length; j++)
        {
            values[j] = matrix[row, j];
        }

        return values;
    }
}
