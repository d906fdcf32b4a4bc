using KoopmanMesh.Capture.Interventions;

namespace KoopmanMesh.Capture.Tests.Interventions;

public sealed class OutputDivergenceTests
{
    private static readonly float _logThree = (float)Math.Log(3);

    // softmax(0, 0) = (1/2, 1/2) and softmax(ln 3, 0) = (3/4, 1/4).
    private static readonly double _halfFromThreeQuarters = (0.5 * Math.Log(2.0 / 3)) + (0.5 * Math.Log(2));

    [Fact]
    public void Kl_Logits_IsThatOfTheirSoftmax()
    {
        var sums = new double[1];

        OutputDivergence.Kl(outputsAreProbabilities: false).AddTo([0, 0], [_logThree, 0], sums);

        Assert.Equal(_halfFromThreeQuarters, sums[0], 1e-7);
    }

    [Fact]
    public void Kl_ShiftedLogits_AreTheSameDistribution()
    {
        var sums = new double[1];

        OutputDivergence.Kl(outputsAreProbabilities: false).AddTo([1, 2, 3], [101, 102, 103], sums);

        Assert.Equal(0, sums[0], 1e-12);
    }

    [Fact]
    public void Kl_Probabilities_AreTakenAsTheyAre()
    {
        var sums = new double[] { 0, 10 };

        OutputDivergence.Kl(outputsAreProbabilities: true).AddTo(
            [0.5f, 0.5f, 1, 0], [0.75f, 0.25f, 0.5f, 0.5f], sums);

        Assert.Equal(_halfFromThreeQuarters, sums[0], 1e-7);
        Assert.Equal(10 + Math.Log(2), sums[1], 1e-9);
    }

    [Fact]
    public void RelativeMse_Rows_IsSquaredErrorOverSpread()
    {
        var sums = new double[2];

        OutputDivergence.RelativeMse(4).AddTo([1, 2, 3, 4], [4, 6, 3, 4], sums);

        Assert.Equal([25.0 / 4, 0], sums);
    }
}
