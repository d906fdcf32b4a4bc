using KoopmanMesh.Experiments.Operators;

namespace KoopmanMesh.Experiments.Tests.Operators;

public sealed class DelayStepsTests
{
    [Fact]
    public void ToTheLast_T28TenBlocks_LeavesElevenLessTheDelays() =>
        Assert.Equal(
            Enumerable.Range(1, 10).Select(d => 11 - d),
            Enumerable.Range(1, 10).Select(d => DelaySteps.ToTheLast(10, d)));

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public void ToTheLast_DelaysThatLeaveNothingToPredict_AreRefused(int delays)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => DelaySteps.ToTheLast(10, delays));

        Assert.StartsWith(
            $"a trajectory of 12 states allows 1 to 10 delays, so that one state is left to predict, got {delays}",
            error.Message, StringComparison.Ordinal);
    }
}
