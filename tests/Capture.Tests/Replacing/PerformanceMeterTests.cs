using KoopmanMesh.Capture.Replacing.Bounding;
using KoopmanMesh.Capture.Replacing.Measuring;
using KoopmanMesh.Capture.Replacing.Planning;

namespace KoopmanMesh.Capture.Tests.Replacing;

public sealed class PerformanceMeterTests
{
    private static readonly float[] _original = [1, 0, 0, 1, 1, 0, 0, 1];

    [Fact]
    public void Scores_PlantedOutputs_AreCountedByHand()
    {
        var meter = new PerformanceMeter(2);

        // Top classes 0, 0, 0, 1 against the original's 0, 1, 0, 1 and the labels 0, 1, 1, 1.
        meter.Add(_original, [1, 0, 1, 0, 1, 0, 0, 1], [0, 1, 1, 1]);

        Assert.Equal(0.5, meter.Score(Measure.Accuracy));
        Assert.Equal(0.75, meter.Score(Measure.Agreement));

        // Squared difference 2; the original's spread about its mean (1/2, 1/2) is 8 / 4.
        Assert.Equal(1, meter.RelativeRmse, 1e-12);
        Assert.Equal(0, meter.Score(Measure.Fidelity), 1e-12);
    }

    [Fact]
    public void RelativeRmse_TheMean_IsOne()
    {
        var meter = new PerformanceMeter(2);

        meter.Add(_original, [.5f, .5f, .5f, .5f, .5f, .5f, .5f, .5f], []);

        Assert.Equal(1, meter.RelativeRmse, 1e-12);
    }

    [Fact]
    public void ToMessage_TenOfTenRight_HasTheExactInterval()
    {
        var meter = new PerformanceMeter(2);
        for (var row = 0; row < 10; row++)
        {
            meter.Add([1, 0], [1, 0], [0]);
        }

        var performance = meter.ToMessage(Measure.Accuracy);

        // All of n right: the lower end solves p^n = 0.025.
        Assert.Equal((10L, 1.0, 1.0), (performance.Rows, performance.Score, performance.ScoreHigh));
        Assert.Equal(Math.Pow(0.025, 0.1), performance.ScoreLow, 1e-12);
    }

    [Fact]
    public void Add_OutputsThatAreNotFinite_AreNeitherRightNorInAgreement()
    {
        var meter = new PerformanceMeter(2);

        meter.Add([1, 0, 1, 0], [float.NaN, 0, 1, 0], [0, 0]);

        Assert.False(meter.IsFinite);
        Assert.Equal(0.5, meter.Score(Measure.Accuracy));
        Assert.Equal(0.5, meter.Score(Measure.Agreement));
    }

    [Fact]
    public void RowDifference_PlantedRows_IsRoundedUpNeverDown()
    {
        float[] a = [0, 0, 1, 0.1f];
        float[] b = [0, 0, 0, 1.3f];

        var difference = RowDifference.Of(a, b, 1, 2);

        Assert.True(difference.Flips);
        Assert.True(difference.Largest >= (double)1.3f - 0.1f);
        Assert.Equal(1.2, difference.Largest, 1e-6);
        Assert.Equal(Math.Sqrt(1 + (1.2 * 1.2)), difference.Norm, 1e-6);
        Assert.False(RowDifference.Of(a, b, 0, 2).Flips);
    }

    [Theory]
    [InlineData(1, float.NaN)]
    [InlineData(float.NaN, float.NaN)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    public void RowDifference_OfNoNumber_IsInfinite_AndFlips(float original, float hybrid)
    {
        var difference = RowDifference.Of([original, 0], [hybrid, 0], 0, 1);

        Assert.Equal(new RowDifference(float.PositiveInfinity, float.PositiveInfinity, true), difference);
    }
}
