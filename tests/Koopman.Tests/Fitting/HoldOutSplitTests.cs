using KoopmanMesh.Koopman.Fitting;

namespace KoopmanMesh.Koopman.Tests.Fitting;

public sealed class HoldOutSplitTests
{
    [Theory]
    [InlineData(40, 0.2, 8)]
    [InlineData(40, 0.25, 10)]
    [InlineData(10, 0.5, 5)]
    [InlineData(7, 0.3, 2)]
    [InlineData(2, 0.5, 1)]
    [InlineData(2, 0.2, 0)]
    public void Of_Fraction_HoldsOutThatShareOfTheBlocks(int blocks, double fraction, int heldOut)
    {
        var split = HoldOutSplit.Of(blocks, fraction);

        Assert.Equal(heldOut, split.HeldOut.Sum());
        Assert.Equal(split.All, split.Train.Zip(split.HeldOut, (train, held) => train + held));
        Assert.All(split.All, weight => Assert.Equal(1, weight));
    }

    [Fact]
    public void Of_AFifth_SpreadsTheBlocksEvenly()
    {
        var held = HoldOutSplit.Of(40, 0.2).HeldOut;

        var places = Enumerable.Range(0, 40).Where(b => held[b] > 0).ToArray();
        Assert.All(places.Zip(places.Skip(1), (one, next) => next - one), gap => Assert.InRange(gap, 4, 6));
    }
}
