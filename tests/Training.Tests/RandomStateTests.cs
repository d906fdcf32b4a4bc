using KoopmanMesh.Training;

namespace KoopmanMesh.Training.Tests;

/// <summary>The expected numbers are NumPy 1.24's.</summary>
public sealed class RandomStateTests
{
    [Fact]
    public void Draws_OfEveryKind_EqualNumPys()
    {
        var random = new RandomState(5);

        double[] uniform = [random.NextDouble(), random.NextDouble(), random.NextDouble()];
        int[] whole = [.. Enumerable.Range(0, 8).Select(_ => random.NextInt32(10))];
        double[] normal = [.. Enumerable.Range(0, 5).Select(_ => random.NextNormal())];
        int[] order = [.. Enumerable.Range(0, 10)];
        random.Shuffle(order);

        Assert.Equal([0.22199317108973948, 0.8707323061773764, 0.20671915533942642], uniform);
        Assert.Equal([0, 9, 8, 4, 7, 0, 0, 7], whole);
        Assert.Equal(
            [1.070163327631122, 0.5006542632577021, 0.7896762588525721, -0.7690272094176688, -0.18222223636596954],
            normal);
        Assert.Equal([8, 4, 3, 6, 7, 5, 0, 9, 1, 2], order);
        Assert.Equal(0.8924110171617035, random.NextDouble());
    }

    [Fact]
    public void NextInt32_WithoutAChoice_DrawsNothing()
    {
        var random = new RandomState(5);
        int[] whole = [.. Enumerable.Range(0, 8).Select(_ => random.NextInt32(10))];

        Assert.Equal((0, 0), (random.NextInt32(1), random.NextInt32(1)));

        Assert.Equal([3, 6, 6, 0, 9, 8, 4, 7], whole);
        Assert.Equal(0.39673660521140586, random.NextDouble());
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt32(0));
    }

    [Fact]
    public void NextDouble_LargestSeedAndManyTwists_StaysWithNumPy()
    {
        var random = new RandomState(uint.MaxValue);

        for (var i = 0; i < 100_000; i++)
        {
            random.NextDouble();
        }

        Assert.Equal(0.5666947962050659, random.NextDouble());
    }
}
