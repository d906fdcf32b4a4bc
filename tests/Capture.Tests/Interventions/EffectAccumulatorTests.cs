using KoopmanMesh.Capture.Interventions;

namespace KoopmanMesh.Capture.Tests.Interventions;

public sealed class EffectAccumulatorTests
{
    [Fact]
    public void StandardError_Rows_IsSampleDeviationOverTheRootOfTheirNumber()
    {
        var effect = new EffectAccumulator();

        effect.Add([1, 2], 1.5);
        effect.Add([3, 4], 1);

        // Sample variance of 1, 2, 3, 4 is 5/3.
        Assert.Equal(2.5, effect.Divergence, 1e-12);
        Assert.Equal(Math.Sqrt(5.0 / 3 / 4), effect.StandardError, 1e-12);
        Assert.Equal(2.5 / 4, effect.Accuracy, 1e-12);
    }

    [Fact]
    public void StandardError_OneRow_IsZero()
    {
        var effect = new EffectAccumulator();

        effect.Add([3], 0);

        Assert.Equal(0, effect.StandardError);
    }
}
