using System.Collections.Immutable;
using System.Numerics;

namespace KoopmanMesh.Numerics.Training.Sobolev;

/// <summary>
/// A regular grid of any number of axes, signals row-major (the last axis runs fastest), as many coefficients as
/// points in the same layout: along a periodic axis ê_k = (1/N) sum_j e_j exp(-2 pi i k j / N), along an extended one
/// (1/N) sum_j e_j cos(pi k (j + 1/2) / N). FFTs are MathNet's, line by line. O(N log N).
/// </summary>
public sealed class RegularGrid : SpectralGrid
{
    private readonly int[] _strides;
    private readonly double[] _noise;

    /// <summary>Of these axes, the slowest first.</summary>
    /// <exception cref="ArgumentException">There is none, or the points are more than an array holds.</exception>
    public RegularGrid(params IReadOnlyList<GridAxis> axes)
        : this(Checked(axes))
    {
    }

    /// <summary>One periodic axis.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no point.</exception>
    public RegularGrid(int points)
        : this([new GridAxis(points)])
    {
    }

    private RegularGrid(ImmutableArray<GridAxis> axes)
        : base(Count(axes), Frequencies(axes), MultiplicitiesOf(axes))
    {
        Axes = axes;
        _strides = [.. axes.Select((_, a) => Count(axes.AsSpan()[(a + 1)..]))];
        _noise = new double[Points];
        _noise.AsSpan().Fill(1.0 / Points);
    }

    /// <summary>The axes.</summary>
    public ImmutableArray<GridAxis> Axes { get; }

    /// <inheritdoc/>
    public override ReadOnlyMemory<double> NoiseEnergies => _noise;

    internal override void Analyze(ReadOnlySpan<double> signal, SpectralScratch scratch)
    {
        var values = scratch.Coefficients;
        for (var j = 0; j < values.Length; j++)
        {
            values[j] = signal[j];
        }

        for (var a = 0; a < Axes.Length; a++)
        {
            foreach (var start in Starts(a))
            {
                Gather(values, start, _strides[a], scratch.Lines[a], Axes[a].Points);
                LineTransform.Analyze(Axes[a], scratch.Lines[a]);
                Scatter(scratch.Lines[a], values, start, _strides[a], Axes[a].Points);
            }
        }
    }

    internal override void Adjoint(SpectralScratch scratch, Span<double> signal)
    {
        var values = scratch.Coefficients;
        for (var a = 0; a < Axes.Length; a++)
        {
            foreach (var start in Starts(a))
            {
                Gather(values, start, _strides[a], scratch.Lines[a], Axes[a].Points);
                LineTransform.Adjoint(Axes[a], scratch.Lines[a]);
                Scatter(scratch.Lines[a], values, start, _strides[a], Axes[a].Points);
            }
        }

        for (var j = 0; j < values.Length; j++)
        {
            signal[j] = values[j].Real;
        }
    }

    private protected override SpectralScratch CreateScratch() =>
        new(Points, [.. Axes.Select(LineTransform.LengthOf)]);

    // Where the lines along an axis begin.
    private LineStarts Starts(int axis) => new(Points, Axes[axis].Points, _strides[axis]);

    private static void Gather(Complex[] values, int start, int stride, Complex[] line, int count)
    {
        for (var j = 0; j < count; j++)
        {
            line[j] = values[start + (j * stride)];
        }
    }

    private static void Scatter(Complex[] line, Complex[] values, int start, int stride, int count)
    {
        for (var j = 0; j < count; j++)
        {
            values[start + (j * stride)] = line[j];
        }
    }

    private static ImmutableArray<GridAxis> Checked(IReadOnlyList<GridAxis> axes)
    {
        ArgumentNullException.ThrowIfNull(axes);
        var points = axes.Aggregate(1.0, (product, axis) => product * axis.Points);
        return axes.Count > 0 && points <= Array.MaxLength
            ? [.. axes]
            : throw new ArgumentException(
                $"a grid has at least one axis and at most {Array.MaxLength} points, got {axes.Count} axes of "
                + $"{string.Join(" x ", axes.Select(axis => axis.Points))} points",
                nameof(axes));
    }

    private static int Count(ReadOnlySpan<GridAxis> axes)
    {
        var count = 1;
        foreach (var axis in axes)
        {
            count *= axis.Points;
        }

        return count;
    }

    private static int Count(ImmutableArray<GridAxis> axes) => Count(axes.AsSpan());

    private static double[] Frequencies(ImmutableArray<GridAxis> axes) => OverAxes(
        axes, (axis, k) => axis.SquaredFrequency(k), 0, (sum, value) => sum + value);

    private static double[] MultiplicitiesOf(ImmutableArray<GridAxis> axes) => OverAxes(
        axes, (axis, k) => k > 0 && axis.Boundary == GridBoundary.Even ? 2 : 1, 1, (product, value) => product * value);

    private static double[] OverAxes(
        ImmutableArray<GridAxis> axes, Func<GridAxis, int, double> of, double seed, Func<double, double, double> join)
    {
        var result = new double[Count(axes)];
        for (var i = 0; i < result.Length; i++)
        {
            var (value, rest) = (seed, i);
            for (var a = axes.Length - 1; a >= 0; a--)
            {
                value = join(value, of(axes[a], rest % axes[a].Points));
                rest /= axes[a].Points;
            }

            result[i] = value;
        }

        return result;
    }

    /// <summary>Enumerates the first elements of all lines along an axis of a row-major grid.</summary>
    private struct LineStarts(int points, int length, int stride)
    {
        private int _line = -1;

        public readonly int Current => (_line / stride * stride * length) + (_line % stride);

        public readonly LineStarts GetEnumerator() => this;

        public bool MoveNext() => ++_line < points / length;
    }
}
