using System.Numerics;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Training.Comparison;

/// <summary>
/// Whether two groups of runs differ in their spectra by more than runs of one group do: a permutation test that
/// exchanges whole runs between the groups. Its null hypothesis, that all runs are exchangeable draws, is the one a
/// user means. The statistic is 2 E|a - b| - E|a - a'| - E|b - b'| over the Wasserstein-1 distances of the runs' own
/// spectra, as the energy distance (Székely and Rizzo 2013) is built.
/// </summary>
/// <param name="Between">Mean distance of a run of one group and a run of the other.</param>
/// <param name="Within">Mean distance of two runs of one group, the mean of both groups.</param>
/// <param name="PValue">
/// Share of the ways to form two such groups that lie at least as far apart; the observed one among them.
/// </param>
/// <param name="Exchanges">Ways that were tried: all of them when they are no more than asked for.</param>
/// <param name="Smallest">Smallest p-value these groups could have had: 3 and 3 runs never give less than 0.1.</param>
public sealed record RunExchange(double Between, double Within, double PValue, int Exchanges, double Smallest)
{
    /// <summary>Fewest runs of a group.</summary>
    public const int Fewest = 3;

    private const double Tie = 1e-12;

    internal static RunExchange Of(
        IReadOnlyList<Matrix> a, IReadOnlyList<Matrix> b, ComparisonOptions options, ILinearAlgebra la,
        CancellationToken cancellationToken)
    {
        var distances = Distances([.. a, .. b], options, la, cancellationToken);
        var groups = new bool[a.Count + b.Count];
        Array.Fill(groups, true, 0, a.Count);
        var (observed, between, within) = Statistic(distances, groups);
        var ways = Ways(groups.Length, a.Count);
        var all = ways <= options.Permutations;
        var (atLeast, tried) = (all ? 0 : 1, all ? 0 : 1);
        foreach (var way in all ? Every(groups.Length, a.Count) : AtRandom(groups, options))
        {
            cancellationToken.ThrowIfCancellationRequested();
            tried++;
            atLeast += Statistic(distances, way).Value >= observed - Tie ? 1 : 0;
        }

        // Groups of one size are the same two groups when they change places.
        var least = (a.Count == b.Count ? 2.0 : 1.0) / ways;
        return new RunExchange(between, within, (double)atLeast / tried, tried, Math.Max(least, 1.0 / tried));
    }

    private static Matrix Distances(
        Matrix[] runs, ComparisonOptions options, ILinearAlgebra la, CancellationToken cancellationToken)
    {
        var spectra = new Complex[runs.Length][];
        for (var i = 0; i < runs.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            spectra[i] = RunSpectra.Eigenvalues(RunSpectra.Of([runs[i]], options, la));
        }

        var count = spectra.Min(spectrum => spectrum.Length);
        var distances = new Matrix(runs.Length, runs.Length);
        for (var j = 0; j < runs.Length; j++)
        {
            for (var i = 0; i < j; i++)
            {
                distances[i, j] = distances[j, i] = count == 0
                    ? 0
                    : SpectrumDistance.Wasserstein(spectra[i].AsSpan(0, count), spectra[j].AsSpan(0, count));
            }
        }

        return distances;
    }

    private static (double Value, double Between, double Within) Statistic(Matrix distances, bool[] isFirst)
    {
        var (across, first, second) = ((Sum: 0.0, Count: 0), (Sum: 0.0, Count: 0), (Sum: 0.0, Count: 0));
        for (var j = 0; j < isFirst.Length; j++)
        {
            for (var i = 0; i < j; i++)
            {
                ref var kind = ref across;
                if (isFirst[i] == isFirst[j])
                {
                    kind = ref isFirst[i] ? ref first : ref second;
                }

                kind = (kind.Sum + distances[i, j], kind.Count + 1);
            }
        }

        var (between, within) = (
            across.Sum / across.Count, 0.5 * ((first.Sum / first.Count) + (second.Sum / second.Count)));
        return (2 * (between - within), between, within);
    }

    private static double Ways(int runs, int chosen)
    {
        var ways = 1.0;
        for (var i = 1; i <= chosen; i++)
        {
            ways *= (runs - chosen + i) / (double)i;
        }

        return Math.Round(ways);
    }

    /// <summary>Every choice of <paramref name="chosen"/> runs for the first group.</summary>
    private static IEnumerable<bool[]> Every(int runs, int chosen)
    {
        var picks = Enumerable.Range(0, chosen).ToArray();
        while (true)
        {
            var way = new bool[runs];
            foreach (var pick in picks)
            {
                way[pick] = true;
            }

            yield return way;
            var i = chosen - 1;
            while (i >= 0 && picks[i] == runs - chosen + i)
            {
                i--;
            }

            if (i < 0)
            {
                yield break;
            }

            picks[i]++;
            for (var j = i + 1; j < chosen; j++)
            {
                picks[j] = picks[j - 1] + 1;
            }
        }
    }

    private static IEnumerable<bool[]> AtRandom(bool[] groups, ComparisonOptions options)
    {
        var random = new Random(options.Seed);
        for (var i = 0; i < options.Permutations; i++)
        {
            var way = (bool[])groups.Clone();
            random.Shuffle(way);
            yield return way;
        }
    }
}
