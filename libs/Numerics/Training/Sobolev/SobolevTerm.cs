using KoopmanMesh.Numerics.Fitting;

namespace KoopmanMesh.Numerics.Training.Sobolev;

/// <summary>One term of a mixture, <c>alpha · ||e||²_{H^-s}</c>.</summary>
/// <param name="Share">alpha, at least 0.</param>
/// <param name="Index">s; 0 is the mean square.</param>
public readonly record struct SobolevTerm(double Share, double Index)
{
    /// <summary>
    /// The default mixture, {s = 0: 1 - a, s = 1: a} with a = 0.9 (methods P1.7): coarse scales above the noise, and
    /// enough of the mean square for fine ones.
    /// </summary>
    public static IReadOnlyList<SobolevTerm> Default { get; } = [new(0.1, 0), new(0.9, 1)];

    /// <summary>
    /// The terms with each share divided by its norm of these errors, so that at them every term counts by its share
    /// alone.
    /// </summary>
    /// <param name="terms">To be measured.</param>
    /// <param name="grid">Of the errors.</param>
    /// <param name="errors">Of one or several signals, one after the other; their norms are averaged.</param>
    /// <param name="zeroMean">Whether the constant is left out.</param>
    /// <exception cref="ShapeMismatchException">The errors are no whole number of signals.</exception>
    /// <exception cref="ArgumentException">A norm is zero, so that nothing can be measured against it.</exception>
    public static IReadOnlyList<SobolevTerm> Normalize(
        IReadOnlyList<SobolevTerm> terms, SpectralGrid grid, ReadOnlyMemory<double> errors, bool zeroMean = false)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(grid);

        // A signal that is cut short is told, not left out.
        var signals = Math.Max(1, (errors.Length + grid.Points - 1) / grid.Points);
        return [.. terms.Select(term =>
        {
            var norm = new SobolevNorm(grid, term.Index, zeroMean);
            var value = Enumerable.Range(0, signals).Average(
                i => norm.Squared(errors.Span[(i * grid.Points)..Math.Min((i + 1) * grid.Points, errors.Length)]));
            return value > 0
                ? term with { Share = term.Share / value }
                : throw new ArgumentException(
                    $"the error to measure against is 0 in the norm of index {term.Index}, expected it above 0",
                    nameof(errors));
        })];
    }
}
