using KoopmanMesh.Credit.Scoring;
using KoopmanMesh.Credit.Tests.Planted;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Tests.Scoring;

public sealed class CanonicalCreditTests
{
    public static TheoryData<string> Both => Providers.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public void Score_AffineComponents_LoseNothing(string provider)
    {
        var la = Providers.Named(provider);
        var chain = Chains.OfData(
            la,
            Draw.Gaussian(5, 300, 1),
            Maps.Affine(Draw.Gaussian(7, 5, 2), [1, 2, 3, 4, 5, 6, 7]),
            Maps.Affine(Draw.Gaussian(4, 7, 3), [9, 8, 7, 6]));

        var score = Score(chain, la);

        Assert.All(score.Components, component => Assert.Equal(0, component.Canonical.Value!.Value, 1e-9));
        Assert.All(score.Components, component => Assert.Equal(0.5, component.Canonical.Share));
        Assert.Equal(4, score.Totals.CanonicalRank);
    }

    [Fact]
    public void Score_ReluOfOneGaussian_LosesTheLogOfItsCorrelation()
    {
        // x ~ N(0, 1): cov(x, relu x) = 1/2, var(relu x) = 1/2 - 1/(2 pi).
        var variance = 0.5 - (1 / (2 * Math.PI));
        var link = new ChainLink
        {
            ReducedSlope = Draw.Diagonal(0.5),
            Basis = Matrix.Identity(1),
            Moments = Chains.Moments(Draw.Diagonal(1), Draw.Diagonal(0.5), Draw.Diagonal(variance)),
        };

        var score = Score([link], Providers.Default);

        Assert.Equal(Math.Log(0.5 / Math.Sqrt(variance)), score.Components[0].Canonical.Value!.Value, 1e-12);
        Assert.Equal(0.5 / Math.Sqrt(variance), score.Components[0].Canonical.Gain!.Value, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Score_NonlinearChain_SumsToItsTotal(string provider)
    {
        var la = Providers.Named(provider);
        var score = Score(TanhChain(la), la);

        var canonical = score.Components.Sum(component => component.Canonical.Value);
        var telescoped = score.Components.Sum(component => component.Telescoped.Value);
        Assert.Equal(score.Totals.CanonicalLogPdet!.Value, canonical!.Value, 1e-9);
        Assert.Equal(score.Totals.LogPdet!.Value, telescoped!.Value, 1e-9);
        Assert.All(score.Components, component => Assert.True(component.Canonical.Value < -1e-3));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Score_OtherAffineCoordinatesAtACut_ChangeNoCanonicalCredit(int cut)
    {
        var la = Providers.Default;
        var change = Draw.WellConditioned(5, 40 + cut, la);
        var plain = Score(TanhChain(la), la).Components;

        var changed = Score(TanhChain(la, cut, change), la).Components;

        for (var i = 0; i < plain.Count; i++)
        {
            Assert.Equal(plain[i].Canonical.Value!.Value, changed[i].Canonical.Value!.Value, 1e-8);
        }

        var moved = plain.Zip(changed, (a, b) => Math.Abs(a.Telescoped.Value!.Value - b.Telescoped.Value!.Value));
        Assert.True(moved.Max() > 0.1);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Whiten_LeastSquaresComponent_HasCanonicalCorrelations(string provider)
    {
        var la = Providers.Named(provider);
        var x = Draw.Gaussian(6, 400, 3);
        var link = Chains.OfData(la, x, Maps.Tanh(Draw.Gaussian(4, 6, 4)))[0];
        var metric = CanonicalMetric.Of([link], 1e-6, la);

        var root = metric.InputRoot(0, link.Moments.BeforeScatter(), la)!;
        var whitener = metric.OutputWhitener(link.Moments.AfterScatter(), la)!;
        var correlations = la.SingularValues(
            CanonicalMetric.Whiten(root, link.ReducedSlope.Transpose(), whitener, la));

        Assert.Equal(4, correlations.Length);
        Assert.All(correlations, correlation => Assert.InRange(correlation, 0, 1 + 1e-12));
    }

    [Fact]
    public void Score_SoftmaxOutput_IsMeasuredInTheDirectionsItHas()
    {
        var la = Providers.Default;
        var chain = Chains.OfData(
            la,
            Draw.Gaussian(5, 400, 1),
            Maps.Tanh(Draw.Gaussian(5, 5, 2)),
            Maps.Linear(Draw.Gaussian(4, 5, 3)).Then(Maps.Softmax()));

        var score = Score(chain, la);

        Assert.Equal(3, score.Totals.CanonicalRank);
        Assert.All(score.Components, component => Assert.Equal(3, component.Canonical.RankAfter));
        Assert.All(score.Components, component => Assert.InRange(component.Canonical.Value!.Value, -5, -1e-3));
    }

    [Fact]
    public void Score_DirectionsThatHardlyMove_AreLeftOut()
    {
        // The second input moves a millionth as far as the first, and only noise of the output follows it.
        var la = Providers.Default;
        var link = new ChainLink
        {
            ReducedSlope = Matrix.FromRows([[1, 1e5]]),
            Basis = Matrix.Identity(2),
            Moments = Chains.Moments(Draw.Diagonal(1, 1e-12), Matrix.FromRows([[1, 1e-7]]), Draw.Diagonal(1.25)),
        };

        var score = Score([link], la);

        Assert.Equal(Math.Log(1 / Math.Sqrt(1.25)), score.Components[0].Canonical.Value!.Value, 1e-9);
    }

    private static ChainLink[] TanhChain(ILinearAlgebra la, int cut = -1, Matrix? change = null)
    {
        Func<Matrix, Matrix>[] maps =
            [.. Enumerable.Range(21, 3).Select(seed => Maps.Tanh(Draw.Gaussian(5, 5, seed)))];
        var input = Draw.Gaussian(5, 500, 20);
        if (change is not null)
        {
            double[] offset = [3, 1, 4, 1, 5];
            var inverse = Inverse(change, la);
            var back = Maps.Affine(inverse, [.. la.Multiply(inverse, offset).Select(value => -value)]);
            var there = Maps.Affine(change, offset);
            input = cut == 0 ? there(input) : input;
            maps = [.. maps.Select((map, i) => i == cut ? back.Then(map) : i == cut - 1 ? map.Then(there) : map)];
        }

        return Chains.OfData(la, input, maps);
    }

    private static Matrix Inverse(Matrix a, ILinearAlgebra la)
    {
        var (u, s, vt) = la.ThinSvd(a);
        for (var j = 0; j < s.Length; j++)
        {
            foreach (ref var value in u.Column(j))
            {
                value /= s[j];
            }
        }

        return la.Multiply(u, vt).Transpose();
    }

    private static ChainScore Score(ChainLink[] chain, ILinearAlgebra la) =>
        CreditScorer.Score(chain, new ScoringOptions(), la);
}
