using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Experiments.Dynamics.Equivalence;

/// <summary>Whether two lists of spectra, paired by seed, come from different dynamics.</summary>
internal static class SpectrumTests
{
    // Sums in another order differ by rounding; an equal statistic must count as equal.
    private const double Tie = 1e-12;

    /// <summary>
    /// How much further spectra of different groups are apart than spectra of one group, different seeds throughout,
    /// and the permutation p-value of that: within each seed the two groups' spectra are exchanged at random, which
    /// changes nothing where the groups are alike. p = (1 + shuffles at least as far) / (1 + shuffles).
    /// </summary>
    public static (double Excess, double P) Groups(
        IReadOnlyList<RunSpectrum> a, IReadOnlyList<RunSpectrum> b, int shuffles, int seed)
    {
        var all = a.Concat(b).ToArray();
        var distances = new double[all.Length, all.Length];
        for (var i = 0; i < all.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                distances[i, j] = distances[j, i] = all[i].DistanceTo(all[j]);
            }
        }

        var exchanged = new bool[a.Count];
        var observed = Excess(distances, exchanged);
        var (random, atLeast) = (new Random(seed), 1);
        for (var shuffle = 0; shuffle < shuffles; shuffle++)
        {
            for (var i = 0; i < exchanged.Length; i++)
            {
                exchanged[i] = random.Next(2) == 1;
            }

            atLeast += Excess(distances, exchanged) >= observed - Tie ? 1 : 0;
        }

        return (observed, atLeast / (1.0 + shuffles));
    }

    /// <summary>
    /// The authors' test: matched eigenvalues of two spectra change sides at random, and the fraction of shuffles with
    /// a distance at least the true one is reported. A shuffle can't be further apart, since the old matching is still
    /// there; it counts when no better one has come up. At least 2 of 2^k exchanges count.
    /// </summary>
    public static double Exchange(RunSpectrum a, RunSpectrum b, int shuffles, int seed)
    {
        var (left, right) = (a.Values(), b.Values());
        var match = SpectrumDistance.Match(left, right);
        right = [.. match.Select(i => right[i])];
        var observed = SpectrumDistance.Wasserstein(left, right);
        var (random, atLeast) = (new Random(seed), 0);
        for (var shuffle = 0; shuffle < shuffles; shuffle++)
        {
            for (var i = 0; i < left.Length; i++)
            {
                (left[i], right[i]) = random.Next(2) == 1 ? (right[i], left[i]) : (left[i], right[i]);
            }

            atLeast += SpectrumDistance.Wasserstein(left, right) >= observed - Tie ? 1 : 0;
        }

        return (double)atLeast / shuffles;
    }

    private static double Excess(double[,] distances, bool[] exchanged)
    {
        var (n, between, within) = (exchanged.Length, 0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                if (i != j)
                {
                    var (a, b) = (exchanged[i] ? n + i : i, exchanged[j] ? n + j : j);
                    var (otherA, otherB) = (exchanged[i] ? i : n + i, exchanged[j] ? j : n + j);
                    between += distances[a, otherB];
                    within += (distances[a, b] + distances[otherA, otherB]) / 2;
                }
            }
        }

        return n < 2 ? 0 : (between - within) / (n * (n - 1.0));
    }
}
