using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Verdicts;

namespace KoopmanMesh.Numerics.Tests.Training.Verdicts;

public sealed class LossSlopeTests
{
    [Fact]
    public void Of_Lines_IsTheirSlopeOverTheirMean()
    {
        // 5 - k has slope -1 and mean 4 over k = 0 … 2.
        Assert.Equal(-0.25, LossSlope.Of([5, 4, 3]), 1e-15);
        Assert.Equal(0, LossSlope.Of([2, 2, 2, 2]));
        Assert.Equal(0, LossSlope.Of([0, 0, 0]));

        // Noise that is even about the middle has no slope.
        Assert.Equal(0, LossSlope.Of([1, 3, 2, 3, 1]), 1e-15);
        Assert.Throws<ArgumentOutOfRangeException>(() => LossSlope.Of([1.0]));
    }

    [Fact]
    public void Of_Snapshots_PrefersTheValidationLoss()
    {
        Snapshot[] both = [new(0) { Loss = 2, ValidationLoss = 1 }, new(1) { Loss = 1, ValidationLoss = 1 }];
        Snapshot[] gap = [new(0) { Loss = 2, ValidationLoss = 1 }, new(1) { Loss = 1 }];

        Assert.Equal(0, LossSlope.Of(both));
        Assert.Equal(-2 / 3.0, LossSlope.Of(gap)!.Value, 1e-15);
        Assert.Null(LossSlope.Of([new Snapshot(0) { Loss = 1 }, new Snapshot(1)]));
        Assert.Null(LossSlope.Of([new Snapshot(0) { Loss = 1 }]));
    }
}
