using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Losses;
using KoopmanMesh.Training.Optimizers;
using KoopmanMesh.Training.Schedules;

namespace KoopmanMesh.Experiments.Recipes;

/// <summary>One of the experiments of 2409.01308 (methods P2.2 to P2.5): network, training, operators, lifts.</summary>
public sealed record ReproductionRecipe
{
    /// <summary>As the command line names it.</summary>
    public required string Name { get; init; }

    /// <summary>As headings name it.</summary>
    public required string Title { get; init; }

    /// <summary>Inputs, hidden widths, classes.</summary>
    public required IReadOnlyList<int> Widths { get; init; }

    /// <summary>How the network is trained; the seed is the run's.</summary>
    public required TrainingOptions NetworkTraining { get; init; }

    /// <summary>How a scaling block is trained; the seed is the run's.</summary>
    public required TrainingOptions ScalingTraining { get; init; }

    /// <summary>Blocks that are added. Default 10.</summary>
    public int Blocks { get; init; } = 10;

    /// <summary>
    /// How often blocks are drawn anew until their last loss is at most <see cref="GoodLoss"/>; those with the lowest
    /// are kept. Ten layers a few units wide often die at their first weights. Default 1.
    /// </summary>
    public int ScalingDraws { get; init; } = 1;

    /// <summary>The loss that 2409.01308's blocks fall below (methods P2.3). Default 1e-4.</summary>
    public double GoodLoss { get; init; } = 1e-4;

    /// <summary>R, ascending.</summary>
    public required IReadOnlyList<int> TrajectoryCounts { get; init; }

    /// <summary>Directions of the delay vectors to keep.</summary>
    public required RankRule RankRule { get; init; }

    /// <summary>Lifts fitted directly, as <c>koopmesh replace --lift</c> spells them.</summary>
    public required IReadOnlyList<string> Lifts { get; init; }

    /// <summary>Every lift is also reduced to this part of the replaced layer's width. Default a half.</summary>
    public double ReducedRank { get; init; } = 0.5;

    /// <summary>What the published setting does with rows, in half a sentence.</summary>
    public required string PublishedRows { get; init; }

    /// <summary>What the corrected setting does with them.</summary>
    public required string CorrectedRows { get; init; }

    /// <summary>What was published.</summary>
    public required PublishedResults Published { get; init; }

    /// <summary>The 129 parameters on the two halves of a disc.</summary>
    public static ReproductionRecipe YinYang { get; } = new()
    {
        Name = "yin-yang",
        Title = "Yin-Yang",
        Widths = [2, 8, 6, 4, 3, 2],
        NetworkTraining = new TrainingOptions
        {
            Epochs = 5_000,
            BatchSize = 1_000,
            Optimizer = new AdamWOptions { LearningRate = 5e-3, WeightDecay = 1e-2 },
        },
        ScalingTraining = new TrainingOptions
        {
            Epochs = 3_000,
            BatchSize = 512,
            Loss = new Huber(),
            Optimizer = new AdamWOptions { LearningRate = 2e-3, WeightDecay = 1e-4, Beta1 = 0.8, Beta2 = 0.8 },
            Schedule = new PlateauRate { Factor = 0.5, Patience = 300, Threshold = 1e-4 },
        },
        ScalingDraws = 5,
        TrajectoryCounts = [500, 5_000],
        RankRule = RankRule.Full,
        Lifts = ["affine", "delay:10", "relu:256", "rff:256", "poly:2", "poly:3"],
        PublishedRows = "tested on 4,000 points of the set that trajectories are drawn from",
        CorrectedRows = "tested on 4,000 points of another seed",
        Published = PublishedResults.YinYang,
    };

    /// <summary>The 244,522 parameters on handwritten digits.</summary>
    public static ReproductionRecipe Mnist { get; } = new()
    {
        Name = "mnist",
        Title = "MNIST",
        Widths = [784, 256, 128, 64, 32, 10],
        NetworkTraining = new TrainingOptions
        {
            Epochs = 30,
            BatchSize = 4_096,
            Optimizer = new AdamWOptions { LearningRate = 1e-2, WeightDecay = 0.1 },
            Schedule = new PlateauRate { Factor = 0.5, Patience = 1, Threshold = 1e-4 },
        },
        ScalingTraining = new TrainingOptions
        {
            Epochs = 100,
            BatchSize = 4_096,
            Loss = new Huber(),
            Optimizer = new AdamWOptions { LearningRate = 3e-3, WeightDecay = 0.01, Beta1 = 0.9, Beta2 = 0.99 },
            Schedule = new PlateauRate { Factor = 0.5, Patience = 2, Threshold = 1e-3 },
        },
        TrajectoryCounts = [1, 10, 50, 500],
        RankRule = new RankRule.Fixed(500),
        Lifts = ["affine", "delay:10", "relu:2048", "rff:2048", "poly"],
        PublishedRows = "trajectories of raw 0–255 pixels, inference on normalised ones",
        CorrectedRows = "normalised pixels throughout",
        Published = PublishedResults.Mnist,
    };
}
