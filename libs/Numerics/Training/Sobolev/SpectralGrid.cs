using System.Collections.Concurrent;
using System.Numerics;

using KoopmanMesh.Numerics.Fitting;

namespace KoopmanMesh.Numerics.Training.Sobolev;

/// <summary>
/// Where a real signal e is known, and its Fourier coefficients ê = F e. Immutable and thread-safe; evaluations share
/// buffers that are made once.
/// </summary>
public abstract class SpectralGrid
{
    private readonly ConcurrentBag<SpectralScratch> _scratch = [];

    private protected SpectralGrid(int points, double[] squaredFrequencies, double[] multiplicities) =>
        (Points, SquaredFrequencies, Multiplicities) = (points, squaredFrequencies, multiplicities);

    /// <summary>N: numbers of a signal.</summary>
    public int Points { get; }

    /// <summary>sum over axes of (2 pi k / L)^2, for each coefficient.</summary>
    public ReadOnlyMemory<double> SquaredFrequencies { get; }

    /// <summary>
    /// How many coefficients of the whole transform each stands for: 2 where that of -k is left out, for a real signal
    /// has it twice.
    /// </summary>
    public ReadOnlyMemory<double> Multiplicities { get; }

    /// <summary>
    /// The expected energy of white noise of variance 1 in each coefficient, its multiplicity included: 1 / N on
    /// regular grids.
    /// </summary>
    public abstract ReadOnlyMemory<double> NoiseEnergies { get; }

    /// <summary>ê of a signal, in the grid's order.</summary>
    /// <exception cref="ShapeMismatchException">The signal is not N long.</exception>
    /// <exception cref="NonFiniteDataException">It has NaN or infinity.</exception>
    public Complex[] Transform(ReadOnlySpan<double> signal)
    {
        Check(signal);
        var scratch = Rent();
        Analyze(signal, scratch);
        var coefficients = scratch.Coefficients.ToArray();
        Return(scratch);
        return coefficients;
    }

    internal void Check(ReadOnlySpan<double> signal)
    {
        Guard.Length(signal.Length, Points, "the signal");
        Guard.Finite(signal, "the signal");
    }

    internal SpectralScratch Rent() => _scratch.TryTake(out var scratch) ? scratch : CreateScratch();

    internal void Return(SpectralScratch scratch) => _scratch.Add(scratch);

    /// <summary>F e into the scratch's coefficients.</summary>
    internal abstract void Analyze(ReadOnlySpan<double> signal, SpectralScratch scratch);

    /// <summary>Re(F^H c) of the scratch's coefficients c, which are lost.</summary>
    internal abstract void Adjoint(SpectralScratch scratch, Span<double> signal);

    private protected abstract SpectralScratch CreateScratch();
}
