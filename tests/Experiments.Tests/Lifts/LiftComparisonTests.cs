using KoopmanMesh.Experiments.Lifts;
using KoopmanMesh.Experiments.Scaling;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Experiments.Tests.Lifts;

public sealed class LiftComparisonTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Judge_LayerThatIsLinearOnTheData_IsFittedByAffineAndDelaysAlike(string algebra)
    {
        var la = Algebras.Get(algebra);
        var network = Planted.Network(nextWidth: 2);
        var test = Planted.Inputs(100, seed: 2);
        var labels = Labels(network, test, la);
        var comparison = new LiftComparison(network, 1, la);

        var fitted = comparison.Fit(["affine", "delay:10"], Planted.Inputs(400, seed: 1).AsMemory(), 1, Token);
        var results = comparison.Judge(fitted, test, labels, [0], Token);

        Assert.Equal(["skip", "affine", "delay:10"], results.Select(r => r.Lift));
        Assert.Equal([3, 33], results.Skip(1).Select(r => r.Observables));
        Assert.All(results.Skip(1), r => Assert.Equal(1, r.Accuracy));
        Assert.All(results.Skip(1), r => Assert.InRange(r.Error!.Value, 0, 1e-5));
        Assert.True(results[0].Error > 0.1, "leaving the layer out is no map of it");
    }

    [Fact]
    public void Judge_LiftTooLarge_SaysWhyAndTheOthersGoOn()
    {
        var la = LinearAlgebraProvider.Detect(null);
        var network = Planted.Network(nextWidth: 2);
        var test = Planted.Inputs(50, seed: 2);
        var comparison = new LiftComparison(network, 3, la);

        var fitted = comparison.Fit(["poly:60", "affine"], Planted.Inputs(100, seed: 1).AsMemory(), 1, Token);
        var results = comparison.Judge(fitted, test, Labels(network, test, la), [0, 1], Token);

        Assert.Equal(["skip", "poly:60", "affine", "affine, rank 1"], results.Select(r => r.Lift));
        Assert.Null(results[1].Accuracy);
        Assert.Contains("more than the 16384 a dictionary may have", results[1].Refusal, StringComparison.Ordinal);
        Assert.Equal((2, 1), (results[2].Rank, results[3].Rank));
        Assert.True(results[3].Error > results[2].Error);
    }

    private static int[] Labels(ScaledNetwork network, Matrix inputs, ILinearAlgebra la)
    {
        var logits = LayerChain.Apply(network.Original, inputs, la);
        return [.. Enumerable.Range(0, inputs.Columns).Select(j => logits[0, j] > logits[1, j] ? 0 : 1)];
    }
}
