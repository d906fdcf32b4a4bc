namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>
/// A-priori rounding errors: a sum of n products differs from the real one by at most gamma_n times the sum of their
/// absolute values, in any order (Higham 2002, section 3.1).
/// </summary>
internal static class Rounding
{
    private const double Unit32 = 1.0 / (1 << 24);

    // Twice the unit of double precision: room for the second order, and for computing the bound itself.
    private const double Unit64 = 1.0 / (1L << 52);

    // A rounding near zero is absolute; these are far above the smallest normal numbers' errors.
    private const double Tiny64 = 1e-300;
    private const double Tiny32 = 1.2e-38;

    // Operations beyond the sum itself: coefficients that are computed (scales of a normalisation, alpha of a Gemm), by
    // us, or by a runtime that folds neighbours into one node.
    private const int Folded64 = 16;
    private const int Folded32 = 6;

    /// <summary>gamma of our own sums.</summary>
    public static double Gamma64(long terms) => (terms + Folded64) * Unit64;

    /// <summary>gamma of the runtime's sums.</summary>
    public static double Gamma32(long terms)
    {
        var error = (terms + Folded32) * Unit32;
        return error < 0.5
            ? error / (1 - error)
            : throw new UnboundedException($"a sum of {terms} terms has no useful error bound in float32");
    }

    /// <summary>What a float32 sum of so many products may lose near zero.</summary>
    public static double Underflow32(long terms) => 2 * (terms + Folded32) * Tiny32;

    /// <summary>No less than what a computed sum of so many non-negative terms stands for.</summary>
    public static double Above(double sum, long terms) => (sum * (1 + Gamma64(2 * terms))) + Tiny64;

    public static double Up(double value) => Math.BitIncrement(value);

    public static double Down(double value) => Math.BitDecrement(value);
}
