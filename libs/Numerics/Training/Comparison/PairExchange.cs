using System.Numerics;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Training.Comparison;

/// <summary>
/// The significance test of methods S3: matched eigenvalues are exchanged at random, the two sets matched anew, and
/// their distance compared with the true one. Its null hypothesis is that each matched pair might as well lie the other
/// way round. An exchange never increases the distance (the old matching is still there), so p is the share of
/// exchanges after which no better matching exists: small only where the sets lie apart as sets, and near 1 for
/// eigenvalues that differ little from their partners beside what they differ among each other, however significant
/// that difference is.
/// With u units (a conjugate pair is one) all or none are exchanged in 2 of 2^u cases, so p is not much below 2^(1-u).
/// It says nothing of how runs vary: for that <see cref="RunExchange"/> exchanges runs.
/// </summary>
internal static class PairExchange
{
    // Sums in another order differ by round-off; an equal distance must count as equal.
    private const double Tie = 1e-12;

    /// <summary>p of <paramref name="a"/> against its partners. O(exchanges · k^3).</summary>
    public static double PValue(
        Complex[] a, Complex[] partners, int exchanges, int seed, CancellationToken cancellationToken)
    {
        var observed = SpectrumDistance.Wasserstein(a, partners);
        var random = new Random(seed);
        var (x, y) = ((Complex[])a.Clone(), (Complex[])partners.Clone());
        var atLeast = 1;
        for (var i = 0; i < exchanges; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Exchange(a, partners, x, y, random);
            atLeast += SpectrumDistance.Wasserstein(x, y) >= observed - Tie ? 1 : 0;
        }

        return atLeast / (1.0 + exchanges);
    }

    private static void Exchange(Complex[] a, Complex[] partners, Complex[] x, Complex[] y, Random random)
    {
        for (var j = 0; j < a.Length; j++)
        {
            // Conjugates are one observation, not two.
            var isSecond = j > 0 && a[j].Imaginary < 0 && a[j] == Complex.Conjugate(a[j - 1]);
            var swap = isSecond ? x[j - 1] != a[j - 1] : random.Next(2) == 1;
            (x[j], y[j]) = swap ? (partners[j], a[j]) : (a[j], partners[j]);
        }
    }
}
