using System.Numerics;

namespace KoopmanMesh.Numerics.Training.Depth;

/// <summary>
/// How many near-identity layers a map needs, from its spectrum (the idea of arXiv 2006.11765, the formulas a
/// reconstruction, methods P1.5 [R]): advice, not a theorem.
/// </summary>
public static class DepthRule
{
    /// <summary>The default of delta.</summary>
    public const double DefaultChange = 0.3;

    /// <summary>The default of what contraction is to reach.</summary>
    public const double DefaultTolerance = 0.01;

    // log(exp(x)) is x only to rounding: 4.000000001 layers are 4.
    private const double Rounding = 1e-9;

    /// <summary>
    /// N = ceil(max |log lambda| / delta), principal logarithm: no layer changes an eigenfunction by more than delta in
    /// log. Zero eigenvalues, which no depth reaches, are left out. 0 without eigenvalues.
    /// </summary>
    /// <param name="eigenvalues">Of the whole map.</param>
    /// <param name="change">delta > 0.</param>
    public static int Layers(ReadOnlySpan<Complex> eigenvalues, double change = DefaultChange)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(change);
        var largest = 0.0;
        foreach (var lambda in eigenvalues)
        {
            largest = lambda == Complex.Zero ? largest : Math.Max(largest, Complex.Abs(Complex.Log(lambda)));
        }

        return Whole(largest / change);
    }

    /// <summary>
    /// N = ceil(log eps / log|lambda_2|), lambda_2 the largest below one in modulus: how often the map is applied until
    /// its slowest transient is eps of what it was. Null where nothing contracts.
    /// </summary>
    /// <param name="eigenvalues">Of the whole map.</param>
    /// <param name="tolerance">eps in (0, 1).</param>
    public static int? ContractionLayers(ReadOnlySpan<Complex> eigenvalues, double tolerance = DefaultTolerance)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tolerance);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(tolerance, 1);
        var slowest = 0.0;
        foreach (var lambda in eigenvalues)
        {
            // What rounding has moved off the unit circle does not contract.
            slowest = Complex.Abs(lambda) is var modulus && modulus < 1 - Rounding
                ? Math.Max(slowest, modulus)
                : slowest;
        }

        return slowest > 0 ? Whole(Math.Log(tolerance) / Math.Log(slowest)) : null;
    }

    private static int Whole(double layers) => (int)Math.Min(int.MaxValue, Math.Ceiling(layers - Rounding));
}
