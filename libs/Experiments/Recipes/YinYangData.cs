using KoopmanMesh.Training;

namespace KoopmanMesh.Experiments.Recipes;

/// <summary>Points of the binary Yin-Yang set (methods P2.2 to P2.6).</summary>
public static class YinYangData
{
    private const uint TrainingSeed = 42;
    private const uint FreshSeed = 123;
    private const uint CorrectedSeed = 321;

    /// <summary>
    /// 2,000 points of seed 42 for the network, 2,000 of seed 123 for the blocks, 20,000 of seed 123 for trajectories;
    /// tested on 4,000 of seed 123 as published (they are among those) and on 4,000 of seed 321 in the corrected
    /// setting.
    /// </summary>
    public static ReproductionData Sample() => new()
    {
        Training = YinYang.Sample(2_000, TrainingSeed),
        Scaling = YinYang.Sample(2_000, FreshSeed),
        Pool = YinYang.Sample(20_000, FreshSeed),
        PublishedTest = YinYang.Sample(4_000, FreshSeed),
        CorrectedTest = YinYang.Sample(4_000, CorrectedSeed),
    };
}
