using System.Diagnostics;

using KoopmanMesh.Experiments.Recipes;
using KoopmanMesh.Experiments.Scaling;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;

namespace KoopmanMesh.Experiments.Running;

/// <summary>
/// One seed of a reproduction: a network, a scaling block in each cut, operators on its delay coordinates for every
/// setting, R and d, and the lifts fitted directly. Deterministic.
/// </summary>
/// <param name="recipe">What is reproduced.</param>
/// <param name="data">On which rows.</param>
/// <param name="options">Settings, starts, delays; checked.</param>
/// <param name="algebra">What multiplies.</param>
public sealed class SeedRun(
    ReproductionRecipe recipe, ReproductionData data, ReproductionOptions options, ILinearAlgebra algebra)
{
    /// <summary>Runs a seed.</summary>
    /// <param name="seed">From 1.</param>
    /// <param name="keep">Given every trained network with a name, as soon as it is there.</param>
    /// <param name="progress">Told often.</param>
    /// <param name="cancellationToken">Looked at before every batch and every operator.</param>
    /// <exception cref="TrainingDivergedException">A loss became NaN or infinite.</exception>
    public SeedResult Run(
        int seed, Action<string, IReadOnlyList<DenseLayer>> keep, IProgress<SeedProgress> progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keep);
        ArgumentNullException.ThrowIfNull(progress);
        options.Validate(recipe);
        var watch = Stopwatch.StartNew();
        var trainer = new ScalingTrainer(recipe, (uint)seed, algebra);
        var network = trainer.Train(data.Training, Epochs(seed, "training the network", progress), cancellationToken);
        var original = ScalingTrainer.Layers(network.Layers);
        keep("network", original);

        var rows = TrainingSet.OfClasses<float>(data.Scaling);
        var result = new List<CutRun>();
        foreach (var start in options.Starts)
        {
            var blocks = trainer.Scale(
                network, start, rows, Epochs(seed, $"training the block after ReLU {start}", progress),
                cancellationToken);
            keep($"scaled-{start}", blocks.Network.Layers);
            var cut = new CutRun(recipe, data, options, algebra) { Blocks = blocks, Start = start, Seed = seed };
            cut.Run(progress, cancellationToken);
            result.Add(cut);
        }

        return new SeedResult
        {
            Recipe = recipe.Name,
            Seed = seed,
            Options = options,
            LinearAlgebra = algebra.Name,
            Seconds = watch.Elapsed.TotalSeconds,
            Original = [.. options.Settings.Select(s => new OriginalAccuracy(s, Accuracy(original, data.Test(s))))],
            Scaling = [.. result.Select(cut => cut.Scaling!)],
            Operators = [.. result.SelectMany(cut => cut.Operators)],
            Lifts = [.. result.SelectMany(cut => cut.Lifts)],
        };
    }

    private double Accuracy(IReadOnlyList<DenseLayer> layers, LabelledData test) =>
        LayerChain.Accuracy(LayerChain.Apply(layers, test.Values, test.Width, algebra), test.Labels.Span);

    private static Relay Epochs(int seed, string stage, IProgress<SeedProgress> progress) => new(seed, stage, progress);

    private sealed class Relay(int seed, string stage, IProgress<SeedProgress> progress) : IProgress<EpochProgress>
    {
        public void Report(EpochProgress value) =>
            progress.Report(new SeedProgress(seed, stage, (double)value.Epoch / value.Epochs));
    }
}
