using System.Numerics;

using KoopmanMesh.Numerics.Fitting;

namespace KoopmanMesh.Numerics.Training.Sobolev;

/// <summary>
/// Negative Sobolev norms, the mix-norms of Mathew, Mezić and Petzold (2005, Physica D 211; constants are methods P1.7
/// [R]): ||e||^2_{H^-s} = sum_k w_k |ê_k|^2, w_k = (1 + (2 pi |k| / L)^2)^-s; and mixtures sum_r alpha_r
/// ||e||^2_{H^-s_r}, which are one such sum with other weights. s = 0 is the mean square (on regular grids); larger s
/// hears the coarse scales above the noise. Immutable and thread-safe.
/// </summary>
public sealed class SobolevNorm
{
    private readonly double[] _weights;

    /// <summary>The norm of one index.</summary>
    /// <param name="grid">Where signals are known.</param>
    /// <param name="index">s, finite; negative values give ordinary Sobolev norms, which punish roughness.</param>
    /// <param name="zeroMean">Leaves out the constant (k = 0), which noise moves as much as it moves waves.</param>
    /// <exception cref="ArgumentException">The index is not finite.</exception>
    public SobolevNorm(SpectralGrid grid, double index, bool zeroMean = false)
        : this(grid, [new SobolevTerm(1, index)], zeroMean)
    {
    }

    /// <summary>A mixture.</summary>
    /// <param name="grid">Where signals are known.</param>
    /// <param name="terms">alpha_r and s_r, at least one.</param>
    /// <param name="zeroMean">Leaves out the constant.</param>
    /// <exception cref="ArgumentException">There is no term, or a number is out of its range.</exception>
    public SobolevNorm(SpectralGrid grid, IReadOnlyList<SobolevTerm> terms, bool zeroMean = false)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(terms);
        if (terms.Count == 0 || terms.Any(t => !(t.Share >= 0 && double.IsFinite(t.Share) && double.IsFinite(t.Index))))
        {
            throw new ArgumentException(
                "Sobolev terms are at least one, shares finite from 0 and indices finite, got "
                + (terms.Count == 0 ? "none" : string.Join(", ", terms.Select(t => $"{t.Share} at {t.Index}"))),
                nameof(terms));
        }

        Grid = grid;
        var squares = grid.SquaredFrequencies.Span;
        _weights = new double[squares.Length];
        foreach (var (share, index) in terms)
        {
            for (var k = 0; k < squares.Length; k++)
            {
                _weights[k] += share * Math.Pow(1 + squares[k], -index);
            }
        }

        for (var k = 0; k < squares.Length && zeroMean; k++)
        {
            _weights[k] = squares[k] == 0 ? 0 : _weights[k];
        }
    }

    /// <summary>Where signals are known.</summary>
    public SpectralGrid Grid { get; }

    /// <summary>w, for each of the grid's coefficients.</summary>
    public ReadOnlyMemory<double> Weights => _weights;

    /// <summary>||e||^2. O(N log N) on regular grids, O(M N) on scattered ones; allocates nothing.</summary>
    /// <exception cref="ShapeMismatchException">e is not N long.</exception>
    /// <exception cref="NonFiniteDataException">e has NaN or infinity.</exception>
    public double Squared(ReadOnlySpan<double> e)
    {
        Grid.Check(e);
        var scratch = Grid.Rent();
        Grid.Analyze(e, scratch);
        var sum = Weigh(scratch.Coefficients);
        Grid.Return(scratch);
        return sum;
    }

    /// <summary>
    /// ||e||^2, and its gradient 2 F^H (w ∘ F e), which is (2/N) IFFT(w ∘ FFT(e)) on a periodic grid. Cost as
    /// <see cref="Squared"/>.
    /// </summary>
    /// <param name="e">N long.</param>
    /// <param name="gradient">N long; may be e itself.</param>
    /// <exception cref="ShapeMismatchException">A span is not N long.</exception>
    /// <exception cref="NonFiniteDataException">e has NaN or infinity.</exception>
    public double Evaluate(ReadOnlySpan<double> e, Span<double> gradient)
    {
        Grid.Check(e);
        Guard.Length(gradient.Length, Grid.Points, "the gradient");
        var scratch = Grid.Rent();
        Grid.Analyze(e, scratch);
        var sum = Weigh(scratch.Coefficients);
        var multiplicities = Grid.Multiplicities.Span;
        for (var k = 0; k < _weights.Length; k++)
        {
            scratch.Coefficients[k] *= 2 * multiplicities[k] * _weights[k];
        }

        Grid.Adjoint(scratch, gradient);
        Grid.Return(scratch);
        return sum;
    }

    /// <summary>
    /// G = w_k / (mean of w over white noise): how much louder than noise of the same energy a coefficient is heard.
    /// </summary>
    /// <param name="coefficient">In the grid's order; on one periodic axis the wave number.</param>
    public double Amplification(int coefficient)
    {
        var noise = Grid.NoiseEnergies.Span;
        var (heard, all) = (0.0, 0.0);
        for (var k = 0; k < noise.Length; k++)
        {
            heard += noise[k] * _weights[k];
            all += noise[k];
        }

        return _weights[coefficient] * all / heard;
    }

    private double Weigh(ReadOnlySpan<Complex> coefficients)
    {
        var multiplicities = Grid.Multiplicities.Span;
        var sum = 0.0;
        for (var k = 0; k < coefficients.Length; k++)
        {
            var (re, im) = (coefficients[k].Real, coefficients[k].Imaginary);
            sum += multiplicities[k] * _weights[k] * ((re * re) + (im * im));
        }

        return sum;
    }
}
