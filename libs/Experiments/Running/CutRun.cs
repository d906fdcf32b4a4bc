using KoopmanMesh.Experiments.Lifts;
using KoopmanMesh.Experiments.Operators;
using KoopmanMesh.Experiments.Recipes;
using KoopmanMesh.Experiments.Scaling;
using KoopmanMesh.Experiments.Trajectories;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;

namespace KoopmanMesh.Experiments.Running;

/// <summary>Everything that is measured at one cut of one network.</summary>
internal sealed class CutRun(
    ReproductionRecipe recipe, ReproductionData data, ReproductionOptions options, ILinearAlgebra algebra)
{
    private readonly List<OperatorResult> _operators = [];

    public required TrainedBlocks Blocks { get; init; }

    public required int Start { get; init; }

    public required int Seed { get; init; }

    public ScalingResult? Scaling { get; private set; }

    public IReadOnlyList<OperatorResult> Operators => _operators;

    public IReadOnlyList<LiftResult> Lifts { get; private set; } = [];

    private ScaledNetwork Network => Blocks.Network;

    public void Run(IProgress<SeedProgress> progress, CancellationToken cancellationToken)
    {
        foreach (var setting in options.Settings)
        {
            var test = data.Test(setting);
            var delayed = Network.Delayed(LayerChain.Apply(Network.Head, test.Values, test.Width, algebra), algebra);
            MeasureOperators(setting, delayed, test.Labels, progress, cancellationToken);
        }

        var fresh = data.CorrectedTest;
        var z0 = LayerChain.Apply(Network.Head, fresh.Values, fresh.Width, algebra);
        var last = LayerChain.Apply(Network.Next, Network.Delayed(z0, algebra)[^1], algebra);
        var accuracy = LayerChain.Accuracy(LayerChain.Apply(Network.Tail, last, algebra), fresh.Labels.Span);
        Scaling = new ScalingResult(Start, Blocks.FirstLoss, Blocks.Loss, accuracy) { Draws = Blocks.Draws };
        if (options.Settings.Contains(PaperSetting.Corrected))
        {
            MeasureLifts(z0, fresh.Labels, progress, cancellationToken);
        }
    }

    private void MeasureOperators(
        PaperSetting setting, IReadOnlyList<Matrix> delayed, ReadOnlyMemory<int> labels,
        IProgress<SeedProgress> progress, CancellationToken cancellationToken)
    {
        var set = Draw(setting);
        var name = setting == PaperSetting.AsPublished ? "as published" : "corrected";
        var stage = $"operators after ReLU {Start}, {name}";
        var done = 0;
        foreach (var count in recipe.TrajectoryCounts)
        {
            for (var d = 1; d <= options.MostDelays; d++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var fitted = DelayOperator.Fit(set, count, Operator(setting, d), algebra);
                var steps = DelaySteps.ToTheLast(recipe.Blocks, d);
                var functional = fitted.Functional(steps, Network.NextWidth, algebra);
                var accuracy = LayerChain.Accuracy(
                    ReplacedLayer.Logits(Network, delayed, functional, algebra), labels.Span);
                _operators.Add(new OperatorResult(setting, Start, count, d, fitted.Rank, accuracy));
                progress.Report(new SeedProgress(
                    Seed, stage, (double)++done / (recipe.TrajectoryCounts.Count * options.MostDelays)));
            }
        }
    }

    private DelayOperatorOptions Operator(PaperSetting setting, int delays)
    {
        var published = setting == PaperSetting.AsPublished;
        return new DelayOperatorOptions
        {
            Delays = delays,
            RankRule = recipe.RankRule,
            Seams = published ? SeamPolicy.Concatenate : SeamPolicy.SeamFree,
            Projected = published,
            Constant = !published,
        };
    }

    // The first R of a random half of the pool are the first R of a random order of all of it.
    private TrajectorySet Draw(PaperSetting setting)
    {
        var order = Enumerable.Range(0, data.Pool.Rows).ToArray();
        new RandomState((uint)Seed).Shuffle(order);
        var (width, count) = (data.Pool.Width, recipe.TrajectoryCounts[^1]);
        var inputs = new Matrix(width, count);
        for (var t = 0; t < count; t++)
        {
            data.Pool.Values.Span.Slice(order[t] * width, width).CopyTo(inputs.Column(t));
        }

        var published = setting == PaperSetting.AsPublished;
        if (published && data.PublishedPixels is var (factor, offset))
        {
            System.Numerics.Tensors.TensorPrimitives.Multiply(inputs.AsSpan(), factor, inputs.AsSpan());
            System.Numerics.Tensors.TensorPrimitives.Add(inputs.AsSpan(), offset, inputs.AsSpan());
        }

        return TrajectoryBuilder.Of(Network, inputs, published ? -1 : 0, algebra);
    }

    private void MeasureLifts(
        Matrix states, ReadOnlyMemory<int> labels, IProgress<SeedProgress> progress,
        CancellationToken cancellationToken)
    {
        var stage = $"lifts after ReLU {Start}";
        progress.Report(new SeedProgress(Seed, stage, 0));
        var comparison = new LiftComparison(Network, Start, algebra);
        var fitted = comparison.Fit(recipe.Lifts, data.Training.Values, Seed, cancellationToken);
        var reduced = Math.Max(1, (int)(recipe.ReducedRank * Network.NextWidth));
        Lifts = comparison.Judge(fitted, states, labels, [0, reduced], cancellationToken);
        progress.Report(new SeedProgress(Seed, stage, 1));
    }
}
