using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;

namespace KoopmanMesh.Training.Tests;

public sealed class PredictionTests
{
    private static readonly ILinearAlgebra s_algebra = LinearAlgebraProvider.Detect(null);

    [Fact]
    public void Predict_ByHand_IsReluBetweenAndNoneAtTheEnd()
    {
        var network = new DenseNetwork<float>([2, 2, 1], seed: 0);
        float[] parameters = [1, -1, 2, 0.5f, 0, -1, 3, -2, 0.25f];
        parameters.CopyTo(network.Parameters.Span);
        var logits = new float[2];

        // Hidden (1·1 - 1·2, 2·1 + 0.5·2 - 1) = (-1, 2) → (0, 2); logit 3·0 - 2·2 + 0.25. Then (2, 5): 3·2 - 2·5 +
        // 0.25.
        network.Predict(s_algebra, (float[])[1, 2, 3, 0], logits);
        Assert.Equal(-3.75f, logits[0]);
        Assert.Equal((3 * 3) - (2 * 5) + 0.25f, logits[1]);
    }

    [Fact]
    public void Predict_ManyBlocks_EqualsRowByRow()
    {
        var network = new DenseNetwork<float>([2, 8, 6, 4, 3, 2], seed: 1);
        var data = YinYang.Sample(2_500, seed: 3);
        float[] rows = [.. data.Values.ToArray().Select(v => (float)v)];
        var whole = new float[5_000];
        var single = new float[2];

        network.Predict(s_algebra, rows, whole);

        for (var i = 0; i < 2_500; i += 499)
        {
            network.Predict(s_algebra, rows.AsMemory(2 * i, 2), single);
            Assert.Equal(single[0], whole[2 * i], 1e-5);
            Assert.Equal(single[1], whole[(2 * i) + 1], 1e-5);
        }

        Assert.Throws<ArgumentException>(() => network.Predict(s_algebra, rows, single));
    }
}
