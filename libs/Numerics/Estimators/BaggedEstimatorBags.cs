using System.Numerics;

using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Statistics;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// One refit: its exponents in the order of the fit of all data, its eigenvalues and modes in its own.
/// </summary>
internal sealed record BaggedEstimatorBag(Complex[] Exponents, Complex[] Values, ComplexMatrix Modes);

/// <summary>The refits of random subsets of the snapshots, and how many of them count.</summary>
internal sealed record BaggedEstimatorBags(Complex[] Reference, IReadOnlyList<BaggedEstimatorBag> Usable, int Failed)
{
    // A bag whose exponents moved this many times as far as those of the median bag has found another minimum.
    private const double Outlying = 10;
    private const double Still = 1e-8;

    /// <summary>Fraction of the snapshots in each.</summary>
    public required double Fraction { get; init; }

    public static BaggedEstimatorBags Of(
        BaggedEstimator options, OptimizedEstimatorData data, VariableProjectionFit fit, int size, ILinearAlgebra la)
    {
        var targets = data.Targets;
        var compressed = data.Compressed();
        var reference = fit.Blocks.SelectMany(block => block.Exponents).ToArray();
        var bags = new BaggedEstimatorBag?[options.Bags];
        Parallel.For(0, bags.Length, b =>
        {
            var rows = Draw(targets.Rows, size, HashCode(options.Seed, b));
            var times = Array.ConvertAll(rows, k => data.Times[k]);
            var refit = new VariableProjection(Rows(compressed, rows), times, options.Optimized.Constraint, la)
                .Run(fit.Blocks, options.Optimized.MaxIterations, options.Optimized.Tolerance);
            bags[b] = refit.Converged && !refit.Blocks.Any(block => block.IsSpike)
                ? Bag(refit, reference, data, OptimizedEstimatorModes.Of(
                    refit.Blocks, times, Rows(targets, rows), data.Basis.Columns, la), la)
                : null;
        });
        var moved = bags.OfType<BaggedEstimatorBag>().Select(bag => Distance(bag.Exponents, reference)).ToArray();
        var limit = moved.Length == 0 ? 0 : Math.Max(Still, Outlying * Quantiles.At(moved, 0.5));
        var usable = bags.OfType<BaggedEstimatorBag>()
            .Where(bag => Distance(bag.Exponents, reference) <= limit).ToArray();
        return new BaggedEstimatorBags(reference, usable, bags.Length - usable.Length)
        {
            Fraction = (double)size / targets.Rows,
        };
    }

    /// <summary>The mean exponents, closed under conjugation as those of the reference are.</summary>
    public Complex[] Mean()
    {
        var mean = new Complex[Reference.Length];
        foreach (var bag in Usable)
        {
            for (var j = 0; j < mean.Length; j++)
            {
                mean[j] += bag.Exponents[j] / Usable.Count;
            }
        }

        for (var j = 0; j < mean.Length; j++)
        {
            if (Reference[j].Imaginary is 0 or Math.PI)
            {
                mean[j] = new Complex(mean[j].Real, Reference[j].Imaginary);
            }
            else
            {
                mean[j] = 0.5 * (mean[j] + Complex.Conjugate(mean[j + 1]));
                mean[j + 1] = Complex.Conjugate(mean[j]);
                j++;
            }
        }

        return mean;
    }

    private static BaggedEstimatorBag Bag(
        VariableProjectionFit refit, Complex[] reference, OptimizedEstimatorData data, OptimizedEstimatorModes modes,
        ILinearAlgebra la)
    {
        var found = refit.Blocks.SelectMany(block => block.Exponents).ToArray();
        var partner = SpectrumDistance.Match(
            Array.ConvertAll(reference, Complex.Exp), Array.ConvertAll(found, Complex.Exp));
        var exponents = new Complex[reference.Length];
        for (var j = 0; j < exponents.Length; j++)
        {
            var exponent = found[partner[j]];
            var turns = data.EvenlySpaced
                ? Math.Round((exponent.Imaginary - reference[j].Imaginary) / (2 * Math.PI))
                : 0;
            exponents[j] = new Complex(exponent.Real, exponent.Imaginary - (2 * Math.PI * turns));
        }

        var (values, vectors) = OptimizedEstimatorAssembly.CanonicalEigen(modes.Reduced, la);
        return new BaggedEstimatorBag(exponents, values, ComplexParts.Times(la, modes.Decoder, vectors));
    }

    private static double Distance(Complex[] a, Complex[] b)
    {
        var largest = 0.0;
        for (var j = 0; j < a.Length; j++)
        {
            largest = Math.Max(largest, Complex.Abs(a[j] - b[j]));
        }

        return largest;
    }

    // Not HashCode.Combine, which differs from run to run.
    private static int HashCode(int seed, int bag) => unchecked((seed * 486187739) + (bag * 16777619) + 1);

    /// <summary>The first of a shuffle, ascending.</summary>
    private static int[] Draw(int count, int size, int seed)
    {
        var (random, all) = (new Random(seed), Enumerable.Range(0, count).ToArray());
        random.Shuffle(all);
        Array.Sort(all, 0, size);
        return all[..size];
    }

    private static Matrix Rows(Matrix matrix, int[] rows)
    {
        var selected = new Matrix(rows.Length, matrix.Columns);
        for (var j = 0; j < matrix.Columns; j++)
        {
            var source = matrix.Column(j);
            var target = selected.Column(j);
            for (var i = 0; i < rows.Length; i++)
            {
                target[i] = source[rows[i]];
            }
        }

        return selected;
    }
}
