using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Experiments.Dynamics.Equivalence;

/// <summary>Trains and decomposes everything that one seed is asked for.</summary>
internal sealed class EquivalenceSeed(ClassifierTask task, EquivalenceOptions options, ILinearAlgebra algebra)
{
    /// <summary>Controls, in the order of the table, with what they are.</summary>
    public static IReadOnlyList<(string Name, string Meaning)> Controls { get; } =
    [
        ("rotated", "the same runs in rotated coordinates: an exact conjugacy"),
        ("permuted", "trained again with the hidden units in another order: a conjugacy up to rounding"),
        ("other order", "the same starts, the rows in another order"),
        ("rate 0.01", "the same starts and rows, a tenth of the learning rate"),
        ("Adam", "the same starts and rows, Adam at 1e-3"),
    ];

    /// <summary>How the networks of a width are called.</summary>
    public static string Name(int width) => $"h = {width}";

    public EquivalenceResult Run(int seed, Action<string> report, CancellationToken cancellationToken)
    {
        var spectra = new Dictionary<string, RunSpectrum>();
        var losses = new Dictionary<string, double>();
        var descent = new SgdOptions { LearningRate = options.Rate };
        foreach (var width in options.Widths)
        {
            var runs = Train(Name(width), width, descent, (uint)seed);
            if (width == options.ControlWidth)
            {
                spectra["rotated"] = Spectrum([.. runs.Select(Rotation(width, seed).Apply)], width);
            }
        }

        var (control, hidden) = (options.ControlWidth, Enumerable.Range(0, options.ControlWidth).ToArray());
        new RandomState((uint)seed).Shuffle(hidden);
        Train("permuted", control, descent, (uint)seed, hidden);
        Train("other order", control, descent, (uint)seed + 1_000_000);
        Train("rate 0.01", control, new SgdOptions { LearningRate = options.Rate / 10 }, (uint)seed);
        Train("Adam", control, new AdamOptions(), (uint)seed);
        return new EquivalenceResult { Seed = seed, Spectra = spectra, Losses = losses };

        IReadOnlyList<Matrix> Train(
            string name, int width, OptimizerOptions optimizer, uint order, int[]? permutation = null)
        {
            report(name);
            var own = new WeightRuns(task.With([task.Widths[0], width, task.Widths[^1]]), options, algebra);
            var (runs, loss) = own.Run((uint)seed, optimizer, order, permutation, cancellationToken);
            (spectra[name], losses[name]) = (Spectrum(runs, width), loss);
            return runs;
        }
    }

    private RunSpectrum Spectrum(IReadOnlyList<Matrix> runs, int width) =>
        RunSpectrum.Of(runs, options.Stacked(width), options.Modes, algebra);

    private RandomRotation Rotation(int width, int seed) => new(task.Widths[^1] * width, (uint)seed, algebra);

    /// <summary>An orthogonal matrix, from the QR factors of a normal one.</summary>
    private sealed class RandomRotation
    {
        private readonly ILinearAlgebra _algebra;
        private readonly Matrix _q;

        public RandomRotation(int order, uint seed, ILinearAlgebra algebra)
        {
            var (random, normal) = (new RandomState(seed), new Matrix(order, order));
            foreach (ref var value in normal.AsSpan())
            {
                value = random.NextNormal();
            }

            (_algebra, _q) = (algebra, algebra.ThinQr(normal).Q);
        }

        public Matrix Apply(Matrix run) => _algebra.Multiply(_q, run);
    }
}
