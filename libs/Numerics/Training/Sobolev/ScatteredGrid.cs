using System.Numerics;
using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;

namespace KoopmanMesh.Numerics.Training.Sobolev;

/// <summary>
/// Samples at any positions of a line, in any order, by a non-uniform DFT that is kept as a matrix: ê_k = sum_i q_i e_i
/// exp(-2 pi i k x_i / L), or with cos(pi k x_i / L) where the line is mirrored at its ends. On regular positions this
/// is <see cref="RegularGrid"/>; elsewhere Parseval holds only as well as the quadrature q does. O(M N) time and
/// memory.
/// </summary>
public sealed class ScatteredGrid : SpectralGrid
{
    /// <summary>Most entries of the matrix: 512 MB.</summary>
    public const long MostEntries = 1L << 26;

    private readonly double[] _cosines;
    private readonly double[] _sines;
    private readonly double[] _quadrature;
    private readonly double[] _noise;

    /// <summary>Of N positions.</summary>
    /// <param name="positions">x_i in [0, L], finite; equal ones are allowed.</param>
    /// <param name="boundary">How the signal goes on beyond 0 and L.</param>
    /// <param name="length">L.</param>
    /// <param name="modes">
    /// M, at least 1; default N. Periodic: wave numbers -M/2 … M/2 as an FFT of M points has them; mirrored: 0 … M-1.
    /// </param>
    /// <param name="quadrature">
    /// q, N long and finite; default the part of [0, L] that is nearer to x_i than to the other samples, in parts of L
    /// (the trapezoidal rule): 1 in all.
    /// </param>
    /// <exception cref="ArgumentException">There is no position, one is outside [0, L], or M N is too
    /// large.</exception>
    public ScatteredGrid(
        ReadOnlySpan<double> positions, GridBoundary boundary = GridBoundary.Periodic, double length = 1,
        int? modes = null, ReadOnlySpan<double> quadrature = default)
        : base(positions.Length, Frequencies(positions, boundary, length, modes), MultiplicitiesOf(
            boundary, modes ?? positions.Length))
    {
        if (!quadrature.IsEmpty)
        {
            Guard.Length(quadrature.Length, Points, "the quadrature");
            Guard.Finite(quadrature, "the quadrature");
        }

        _quadrature = quadrature.IsEmpty ? NearestCells.Of(positions, boundary, length) : quadrature.ToArray();
        var rows = SquaredFrequencies.Length;
        _cosines = new double[rows * Points];
        _sines = boundary == GridBoundary.Even ? [] : new double[rows * Points];
        var step = boundary == GridBoundary.Even ? Math.PI / length : 2 * Math.PI / length;
        for (var k = 0; k < rows; k++)
        {
            for (var i = 0; i < Points; i++)
            {
                var (sin, cos) = Math.SinCos(step * k * positions[i]);
                _cosines[(k * Points) + i] = _quadrature[i] * cos;
                if (_sines.Length > 0)
                {
                    _sines[(k * Points) + i] = _quadrature[i] * sin;
                }
            }
        }

        _noise = [.. Enumerable.Range(0, rows).Select(NoiseEnergy)];
    }

    /// <summary>q.</summary>
    public ReadOnlyMemory<double> Quadrature => _quadrature;

    /// <inheritdoc/>
    public override ReadOnlyMemory<double> NoiseEnergies => _noise;

    internal override void Analyze(ReadOnlySpan<double> signal, SpectralScratch scratch)
    {
        for (var k = 0; k < scratch.Coefficients.Length; k++)
        {
            scratch.Coefficients[k] = new Complex(
                TensorPrimitives.Dot(Row(_cosines, k), signal),
                _sines.Length == 0 ? 0 : -TensorPrimitives.Dot(Row(_sines, k), signal));
        }
    }

    internal override void Adjoint(SpectralScratch scratch, Span<double> signal)
    {
        signal.Clear();
        for (var k = 0; k < scratch.Coefficients.Length; k++)
        {
            TensorPrimitives.MultiplyAdd(Row(_cosines, k), scratch.Coefficients[k].Real, signal, signal);
            if (_sines.Length > 0)
            {
                TensorPrimitives.MultiplyAdd(Row(_sines, k), -scratch.Coefficients[k].Imaginary, signal, signal);
            }
        }
    }

    private protected override SpectralScratch CreateScratch() => new(SquaredFrequencies.Length);

    private ReadOnlySpan<double> Row(double[] matrix, int k) => matrix.AsSpan(k * Points, Points);

    private double NoiseEnergy(int k)
    {
        var sines = _sines.Length == 0 ? 0 : TensorPrimitives.SumOfSquares(Row(_sines, k));
        return Multiplicities.Span[k] * (TensorPrimitives.SumOfSquares(Row(_cosines, k)) + sines);
    }

    private static double[] Frequencies(
        ReadOnlySpan<double> positions, GridBoundary boundary, double length, int? modes)
    {
        var m = modes ?? positions.Length;
        GridAxis.Positive(length);
        if (positions.IsEmpty || m < 1 || (long)m * positions.Length > MostEntries)
        {
            throw new ArgumentException(
                $"samples and modes are at least one each and {MostEntries} in product at most, got "
                + $"{positions.Length} samples and {m} modes",
                nameof(positions));
        }

        foreach (var x in positions)
        {
            if (!(x >= 0 && x <= length))
            {
                throw new ArgumentException($"positions are from 0 to {length}, got {x}", nameof(positions));
            }
        }

        var axis = new GridAxis(m, boundary, length);
        return [.. Enumerable.Range(0, Rows(boundary, m)).Select(axis.SquaredFrequency)];
    }

    // Of a real signal the coefficients of -k are known with those of k; M/2 has no partner.
    private static double[] MultiplicitiesOf(GridBoundary boundary, int modes) =>
        [.. Enumerable.Range(0, Rows(boundary, modes)).Select(
            k => k == 0 || (boundary == GridBoundary.Periodic && 2 * k == modes) ? 1.0 : 2.0)];

    private static int Rows(GridBoundary boundary, int modes) =>
        boundary == GridBoundary.Even ? modes : (modes / 2) + 1;
}
