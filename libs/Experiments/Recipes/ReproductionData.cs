using KoopmanMesh.Training;

namespace KoopmanMesh.Experiments.Recipes;

/// <summary>The rows an experiment runs on.</summary>
public sealed record ReproductionData
{
    /// <summary>What the network is trained on.</summary>
    public required LabelledData Training { get; init; }

    /// <summary>What the scaling block is trained on.</summary>
    public required LabelledData Scaling { get; init; }

    /// <summary>What trajectories are drawn from: a random half of it.</summary>
    public required LabelledData Pool { get; init; }

    /// <summary>Test rows of the published setting.</summary>
    public required LabelledData PublishedTest { get; init; }

    /// <summary>Test rows of the corrected setting: nothing was fitted to them.</summary>
    public required LabelledData CorrectedTest { get; init; }

    /// <summary>
    /// a and b with which the published trajectories see a x + b in place of x; (1, 0) where they see what inference
    /// sees.
    /// </summary>
    public (double Factor, double Offset) PublishedPixels { get; init; } = (1, 0);

    /// <summary>Test rows of a setting.</summary>
    public LabelledData Test(PaperSetting setting) =>
        setting == PaperSetting.AsPublished ? PublishedTest : CorrectedTest;
}
