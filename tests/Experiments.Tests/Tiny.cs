using KoopmanMesh.Experiments.Recipes;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Losses;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Experiments.Tests;

/// <summary>The recipe of Yin-Yang, small enough for a test.</summary>
internal static class Tiny
{
    public static ReproductionRecipe Recipe { get; } = ReproductionRecipe.YinYang with
    {
        Name = "tiny",
        Widths = [2, 6, 5, 4, 2],
        NetworkTraining = new TrainingOptions
        {
            Epochs = 60,
            BatchSize = 100,
            Optimizer = new AdamWOptions { LearningRate = 1e-2 },
        },
        ScalingTraining = new TrainingOptions
        {
            Epochs = 30,
            BatchSize = 100,
            Loss = new Huber(),
            Optimizer = new AdamWOptions { LearningRate = 3e-3 },
        },
        ScalingDraws = 1,
        TrajectoryCounts = [5, 40],
        RankRule = RankRule.Full,
        Lifts = ["affine", "delay:10", "relu:32"],
        Published = PublishedResults.YinYang with { Cells = [new(1, 40, 2, 0.5), new(1, 40, 3, 1.5)] },
    };

    public static ReproductionData Data { get; } = new()
    {
        Training = YinYang.Sample(300, 42),
        Scaling = YinYang.Sample(200, 123),
        Pool = YinYang.Sample(400, 123),
        PublishedTest = YinYang.Sample(250, 123),
        CorrectedTest = YinYang.Sample(250, 321),
    };
}
