using KoopmanMesh.Credit.Scoring;
using KoopmanMesh.Credit.Tests.Planted;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Tests.Scoring;

public sealed class TelescopedCreditTests
{
    private const double Tolerance = 1e-10;

    public static TheoryData<string> Both => Providers.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public void Score_GoldenNetwork_GivesItsLogarithms(string provider)
    {
        var la = Providers.Named(provider);
        var chain = Chains.OfJacobians(
            la, Matrix.FromRows([[1, 0], [0, 2], [0, 0]]), Matrix.FromRows([[3, 0, 0], [0, 1, 0]]));

        var score = Score(chain, la);

        AssertCredits([Math.Log(2), Math.Log(3)], score, component => component.Local);
        AssertCredits([Math.Log(2), Math.Log(3)], score, component => component.Telescoped.Value);
        AssertCredits([Math.Log(3), 0], score, component => component.BackwardDet);
        Assert.Equal(Math.Log(6), score.Totals.LogPdet!.Value, Tolerance);
        Assert.Equal(0, score.Totals.InteractionGap!.Value, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Score_GainTheOutputIgnores_GetsNothing(string provider)
    {
        var la = Providers.Named(provider);
        var chain = Chains.OfJacobians(la, Draw.Diagonal(1, 2), Matrix.FromRows([[1, 0]]));

        var score = Score(chain, la);

        AssertCredits([Math.Log(2), 0], score, component => component.Local);
        AssertCredits([0, 0], score, component => component.Telescoped.Value);
        Assert.Equal(0, score.Totals.LogPdet!.Value, Tolerance);
        Assert.Equal(Math.Log(2), score.Totals.InteractionGap!.Value, Tolerance);
    }

    [Fact]
    public void Score_GainTheOutputSeesAtAnAngle_GetsThatPart()
    {
        var chain = Chains.OfJacobians(
            Providers.Default, Draw.Diagonal(1, 2), Matrix.FromRows([[Math.Cos(0.7), Math.Sin(0.7)]]));

        var score = Score(chain, Providers.Default);

        AssertCredits([0.4043637372, 0], score, component => component.Telescoped.Value);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Score_LinearChainOfData_SumsToTheWholeMapsVolume(string provider)
    {
        var la = Providers.Named(provider);
        var (jacobians, chain) = LinearChain(la);

        var score = Score(chain, la);

        var whole = jacobians.Aggregate((product, next) => la.Multiply(next, product));
        var expected = la.SingularValues(whole).Sum(Math.Log);
        Assert.Equal(expected, score.Totals.LogPdet!.Value, 1e-9);
        Assert.Equal(expected, score.Components.Sum(component => component.Telescoped.Value!.Value), 1e-9);
        Assert.Equal(expected, score.Components.Sum(component => component.QrChained!.Value), 1e-9);
    }

    [Fact]
    public void Score_MergedNeighbours_GetTheSumOfTheirCredits()
    {
        var la = Providers.Default;
        var (jacobians, chain) = LinearChain(la);
        var merged = Chains.OfData(
            la,
            Draw.Gaussian(6, 200, 1),
            Maps.Linear(jacobians[0]),
            Maps.Linear(jacobians[1]).Then(Maps.Linear(jacobians[2])),
            Maps.Linear(jacobians[3]));

        var (apart, together) = (Score(chain, la).Components, Score(merged, la).Components);

        Assert.Equal(Telescoped(apart[0]), Telescoped(together[0]), 1e-9);
        Assert.Equal(Telescoped(apart[1]) + Telescoped(apart[2]), Telescoped(together[1]), 1e-9);
        Assert.Equal(Telescoped(apart[3]), Telescoped(together[2]), 1e-9);
    }

    [Fact]
    public void Score_InsertedOrthogonalLayerUndoneByTheNext_GetsNothingAndChangesNothing()
    {
        var la = Providers.Default;
        var (jacobians, chain) = LinearChain(la);
        var orthogonal = Draw.Orthogonal(8, 77, la);
        var undone = la.Multiply(jacobians[2], orthogonal, transposeB: true);
        Matrix[] longer = [jacobians[0], jacobians[1], orthogonal, undone, jacobians[3]];
        var widened = Chains.OfData(la, Draw.Gaussian(6, 200, 1), [.. longer.Select(Maps.Linear)]);

        var (plain, inserted) = (Score(chain, la).Components, Score(widened, la).Components);

        Assert.Equal(0, Telescoped(inserted[2]), 1e-9);
        Assert.Equal(Telescoped(plain[1]), Telescoped(inserted[1]), 1e-9);
        Assert.Equal(Telescoped(plain[2]), Telescoped(inserted[3]), 1e-9);
    }

    [Fact]
    public void Score_InsertedScaling_GetsRankTimesItsLogarithm()
    {
        var la = Providers.Default;
        var (jacobians, _) = LinearChain(la);
        var scaling = Draw.Diagonal([.. Enumerable.Repeat(-2.5, 8)]);
        Matrix[] longer = [jacobians[0], jacobians[1], scaling, jacobians[2], jacobians[3]];
        var chain = Chains.OfData(la, Draw.Gaussian(6, 200, 1), [.. longer.Select(Maps.Linear)]);

        var inserted = Score(chain, la).Components[2].Telescoped;

        Assert.Equal(3 * Math.Log(2.5), inserted.Value!.Value, 1e-9);
        Assert.Equal(2.5, inserted.Gain!.Value, 1e-9);
    }

    [Fact]
    public void Score_DuplicatedLayer_SharesEqually()
    {
        var la = Providers.Default;
        var layer = Maps.Linear(Draw.Diagonal(2, 0.5, 3));
        var chain = Chains.OfData(la, Draw.Gaussian(3, 100, 5), layer, layer);

        var components = Score(chain, la).Components;

        Assert.All(components, component => Assert.Equal(Math.Log(3), Telescoped(component), 1e-9));
        Assert.All(components, component => Assert.Equal(0.5, component.Telescoped.Share, 1e-9));
    }

    [Fact]
    public void Score_ScaledComponent_AloneGrowsByRankTimesTheLogarithm()
    {
        var la = Providers.Default;
        Matrix[] jacobians = [Draw.Gaussian(5, 4, 1), Draw.Gaussian(6, 5, 2), Draw.Gaussian(3, 6, 3)];
        var before = Score(Chains.OfJacobians(la, jacobians), la).Components;
        var scaled = jacobians[1].Copy();
        foreach (ref var value in scaled.AsSpan())
        {
            value *= 7;
        }

        var after = Score(Chains.OfJacobians(la, jacobians[0], scaled, jacobians[2]), la).Components;

        Assert.Equal(Telescoped(before[0]), Telescoped(after[0]), Tolerance);
        Assert.Equal(Telescoped(before[1]) + (3 * Math.Log(7)), Telescoped(after[1]), Tolerance);
        Assert.Equal(Telescoped(before[2]), Telescoped(after[2]), Tolerance);
    }

    private static (Matrix[] Jacobians, ChainLink[] Chain) LinearChain(ILinearAlgebra la)
    {
        Matrix[] jacobians =
            [Draw.Gaussian(8, 6, 11), Draw.Gaussian(8, 8, 12), Draw.Gaussian(5, 8, 13), Draw.Gaussian(3, 5, 14)];
        return (jacobians, Chains.OfData(la, Draw.Gaussian(6, 200, 1), [.. jacobians.Select(Maps.Linear)]));
    }

    private static ChainScore Score(ChainLink[] chain, ILinearAlgebra la) =>
        CreditScorer.Score(chain, new ScoringOptions(), la);

    private static double Telescoped(ComponentScore component) => component.Telescoped.Value!.Value;

    private static void AssertCredits(double[] expected, ChainScore score, Func<ComponentScore, double?> metric)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], metric(score.Components[i])!.Value, Tolerance);
        }
    }
}
