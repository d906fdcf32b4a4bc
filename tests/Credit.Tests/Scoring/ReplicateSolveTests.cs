using KoopmanMesh.Credit.Scoring;
using KoopmanMesh.Credit.Tests.Planted;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Tests.Scoring;

public sealed class ReplicateSolveTests
{
    public static TheoryData<string> Both => Providers.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public void Of_PositiveDefiniteScatter_SolvesIt(string provider)
    {
        var solve = ReplicateSolve.Of(
            Matrix.FromRows([[4, 2], [2, 3]]), Matrix.FromRows([[8], [8]]), measured: 2, Providers.Named(provider));

        // 4 a + 2 b = 8, 2 a + 3 b = 8.
        Assert.Equal(1, solve.Factor[0, 0], 1e-11);
        Assert.Equal(2, solve.Factor[1, 0], 1e-11);
        Assert.False(solve.IsThinned || solve.IsResolved);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Of_DirectionWithoutVariance_HasNoSlope(string provider)
    {
        var solve = ReplicateSolve.Of(
            Draw.Diagonal(4, 0), Matrix.FromRows([[8], [0]]), measured: 1, Providers.Named(provider));

        Assert.Equal(2, solve.Factor[0, 0], 1e-11);
        Assert.Equal(0, solve.Factor[1, 0]);
        Assert.True(solve.IsThinned);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Of_IndefiniteScatter_IsSolvedOnItsPositivePart(string provider)
    {
        var solve = ReplicateSolve.Of(
            Draw.Diagonal(4, -1e-9), Matrix.FromRows([[8], [1]]), measured: 1, Providers.Named(provider));

        Assert.Equal(2, solve.Factor[0, 0], 1e-11);
        Assert.Equal(0, solve.Factor[1, 0], 1e-12);
        Assert.Equal(8 / Math.Sqrt(4), solve.Rooted![0, 0], 1e-11);
        Assert.True(solve.IsResolved);
    }

    [Fact]
    public void Draw_Weights_DrawEveryFilledBlockAboutOnce()
    {
        var weights = BlockDraws.Draw([10, 0, 10, 10], 1_000, seed: 1);

        for (var r = 0; r < weights.Columns; r++)
        {
            Assert.Equal(3, weights.Column(r).ToArray().Sum());
        }

        for (var block = 0; block < 4; block++)
        {
            var mean = Enumerable.Range(0, 1_000).Average(r => weights[block, r]);
            Assert.InRange(mean, block == 1 ? 0 : 0.9, block == 1 ? 0 : 1.1);
        }
    }
}
