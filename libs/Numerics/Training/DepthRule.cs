using System.Numerics;

namespace KoopmanMesh.Numerics.Training;

/// <summary>
/// How many near-identity layers a map needs, from its spectrum (the idea of arXiv 2006.11765, the formula a
/// reconstruction, methods P1.5 [R]): advice, not a theorem.
/// </summary>
public static class DepthRule
{
    /// <summary>The default of delta.</summary>
    public const double DefaultChange = 0.3;

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

        return (int)Math.Ceiling((largest / change) - Rounding);
    }
}
