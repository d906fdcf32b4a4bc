using KoopmanMesh.Credit.Scoring;
using KoopmanMesh.Credit.Tests.Planted;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Tests.Scoring;

public sealed class DeadComponentTests
{
    public static TheoryData<string> Both => Providers.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public void Score_ZeroJacobianInTheMiddle_LeavesTheOutputSideDefined(string provider)
    {
        var la = Providers.Named(provider);
        var chain = Chains.OfNoisyJacobians(la, 1, Draw.Diagonal(1, 2, 3), new Matrix(3, 3), Draw.Diagonal(2, 2, 2));

        var components = Score(chain, la).Components;

        Assert.Equal(
            [CreditStanding.BehindDead, CreditStanding.Dead, CreditStanding.Defined],
            components.Select(c => c.Standing));
        Assert.Equal([null, null, 3 * Math.Log(2)], components.Select(c => c.Telescoped.Value));
        Assert.Equal([0, 0, 1], components.Select(c => c.Telescoped.Place));
        Assert.Equal([0, 0, 1.0], components.Select(c => c.Telescoped.Share));
        Assert.Equal([true, true, false], components.Select(c => c.Canonical.Value is null));
        Assert.Equal(1.5 * Math.Log(4.0 / 5), components[2].Canonical.Value!.Value, 1e-12);
        Assert.Equal(Math.Log(6), components[0].Local!.Value, 1e-12);
        Assert.Null(components[1].Local);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Score_ConstantLayerOfData_IsDeadAndStillsWhatFollows(string provider)
    {
        var la = Providers.Named(provider);
        var chain = Chains.OfData(
            la,
            Draw.Gaussian(3, 60, 1),
            Maps.Linear(Draw.Diagonal(1, 2, 3)),
            Maps.Affine(new Matrix(3, 3), [1, 2, 3]),
            Maps.Tanh(Draw.Gaussian(2, 3, 2)));

        var components = Score(chain, la).Components;

        Assert.Equal(
            [CreditStanding.BehindDead, CreditStanding.Dead, CreditStanding.Dead], components.Select(c => c.Standing));
        Assert.Equal([false, true, true], components.Select(c => c.HasConstantOutput));
    }

    [Fact]
    public void Score_DeadLayer_LeavesTheTotalsUndefined()
    {
        var chain = Chains.OfJacobians(Providers.Default, Draw.Diagonal(1, 2), new Matrix(2, 2));

        var totals = Score(chain, Providers.Default).Totals;

        Assert.Equal(new ChainTotals(null, null, null, 0, 0), totals);
    }

    [Fact]
    public void Score_InputThatNeverReachesTheOutput_IsDeadToo()
    {
        // The second component reads only what the first one never writes.
        var chain = Chains.OfNoisyJacobians(
            Providers.Default, 1, Matrix.FromRows([[1, 0], [0, 0]]), Matrix.FromRows([[0, 1]]));

        var components = Score(chain, Providers.Default).Components;

        Assert.Equal(CreditStanding.Dead, components[0].Standing);
        Assert.Equal(0, components[0].Local!.Value, 1e-12);
        Assert.True(components[0].HasRankDrop);
    }

    [Fact]
    public void Score_ConstantInput_IsDeadWithoutAnyDirection()
    {
        var chain = Chains.OfData(
            Providers.Default,
            new Matrix(3, 40),
            Maps.Affine(Draw.Gaussian(2, 3, 1), [1, 2]),
            Maps.Linear(Draw.Gaussian(2, 2, 2)));

        var score = Score(chain, Providers.Default);

        Assert.All(score.Components, component => Assert.Null(component.Canonical.Value));
        Assert.All(score.Components, component => Assert.Equal(CreditStanding.Dead, component.Standing));
    }

    private static ChainScore Score(ChainLink[] chain, ILinearAlgebra la) =>
        CreditScorer.Score(chain, new ScoringOptions(), la);
}
