using KoopmanMesh.Capture.Replacing.Bounding;
using KoopmanMesh.Capture.Replacing.Planning;

namespace KoopmanMesh.Capture.Tests.Replacing;

public sealed class FrontCounterTests
{
    [Fact]
    public void Worth_AnAffineStandInThatIsBeatenElsewhere_IsCounted()
    {
        var evaluations = Candidates(lifts: 40, affine: 1);

        var worth = FrontCounter.Worth(evaluations);

        Assert.Contains(evaluations[^1], worth);
        Assert.Equal(33, worth.Count);
    }

    [Fact]
    public void Worth_ManyCandidates_StaysWithinItsLimits()
    {
        var evaluations = Candidates(lifts: 100, affine: 100);

        Assert.Equal(48, FrontCounter.Worth(evaluations).Count);
    }

    [Fact]
    public void Fronts_AHybridWithFewerUnstableRelus_StandsBesideABetterAndCheaperOne()
    {
        var evaluations = Candidates(lifts: 1, affine: 1);
        Evaluation[] counted =
            [evaluations[0] with { UnstableRelus = 20 }, evaluations[1] with { UnstableRelus = 3 }];

        Assert.Equal(counted, Fronts.Of(counted, original: null));
    }

    // Every lift is better, cheaper and smaller than every affine stand-in, and than every lift after it.
    private static Evaluation[] Candidates(int lifts, int affine)
    {
        var region = Planted.Region(Planted.Chain(4, 4, 4), 0, 0);
        return
        [
            .. Enumerable.Range(0, lifts + affine).Select(i => Planted.Scored(
                HybridPlan.Of(i < lifts
                    ? Planted.Offer(region, $"relu:{i + 1}", 0.5)
                    : Planted.Offer(region, Roles.Affine, 0.5, rank: i)),
                1 - (0.001 * i), 100 + i, 100 + i)),
        ];
    }
}
