using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
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

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Activations_AfterEveryLayer_AreWhatTheLayersBeforePredict(string algebra)
    {
        var la = Algebras.Get(algebra);
        var network = new DenseNetwork<double>([3, 9, 300, 4], seed: 5, outputRelu: true);
        var random = new RandomState(2);
        double[] rows = [.. Enumerable.Range(0, 3 * 1_500).Select(_ => random.NextNormal())];
        var after = new[] { new double[9 * 1_500], [], new double[4 * 1_500] };

        network.Activations(la, rows, [.. after.Select(a => a.AsMemory())]);

        for (var l = 0; l < 3; l += 2)
        {
            var part = DenseNetwork.From([.. network.Layers.Take(l + 1)]);
            var expected = new double[after[l].Length];
            part.Predict(la, rows, expected);
            Assert.Equal(expected, after[l]);
        }

        // Row 1,234 of the first layer, by hand.
        for (var j = 0; j < 9; j++)
        {
            var (weights, row) = (network.Layers[0].Weights.Slice(3 * j, 3).ToArray(), rows[(3 * 1_234)..(3 * 1_235)]);
            var z = network.Layers[0].Biases.Span[j] + weights.Zip(row, (w, x) => w * x).Sum();
            Assert.Equal(Math.Max(0, z), after[0][(9 * 1_234) + j], 1e-13);
        }
    }

    [Fact]
    public void Activations_BuffersThatDoNotFit_AreRefused()
    {
        var network = new DenseNetwork<float>([2, 3, 1], seed: 5);

        var few = Assert.Throws<ArgumentException>(() => network.Activations(s_algebra, new float[4], [new float[6]]));
        var small = Assert.Throws<ArgumentException>(
            () => network.Activations(s_algebra, new float[4], [new float[5], default]));
        var ragged = Assert.Throws<ArgumentException>(() => network.Predict(s_algebra, new float[5], new float[2]));
        var labels = Assert.Throws<ArgumentException>(
            () => network.Accuracy(s_algebra, TrainingSet.OfTargets(new float[4], 2, new float[2], 1)));

        Assert.StartsWith("the network has 2 layers, got 1 buffers", few.Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "2 rows are 6 numbers after layer 0, got a buffer of 5", small.Message, StringComparison.Ordinal);
        Assert.StartsWith("rows are 2 numbers long, got 5 numbers", ragged.Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "accuracy needs labels and rows of 2 features, the data has 0 labels and rows of 2", labels.Message,
            StringComparison.Ordinal);
    }
}
