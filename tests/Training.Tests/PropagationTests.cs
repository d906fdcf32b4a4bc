using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;

namespace KoopmanMesh.Training.Tests;

public sealed class PropagationTests
{
    private static readonly ILinearAlgebra s_algebra = LinearAlgebraProvider.Detect(null);

    [Fact]
    public void Backward_DeepNetwork_EqualsFiniteDifferences()
    {
        const int Rows = 13;
        const double Step = 1e-6;
        var network = new DenseNetwork<double>([3, 7, 6, 5, 4], seed: 11);
        var passes = new Propagation<double>(s_algebra, network, Rows);
        var random = new RandomState(12);
        double[] rows = [.. Enumerable.Range(0, 3 * Rows).Select(_ => random.NextNormal())];
        int[] labels = [.. Enumerable.Range(0, Rows).Select(_ => random.NextInt32(4))];
        Loss();
        var gradient = passes.Gradient.ToArray();

        for (var p = 0; p < gradient.Length; p++)
        {
            ref var parameter = ref network.Parameters.Span[p];
            var value = parameter;
            parameter = value + Step;
            var above = Loss();
            parameter = value - Step;
            var below = Loss();
            parameter = value;
            Assert.Equal((above - below) / (2 * Step), gradient[p], 1e-8);
        }

        Assert.Contains(gradient, g => Math.Abs(g) > 0.01);

        double Loss()
        {
            rows.CopyTo(passes.Inputs(Rows));
            passes.Forward(Rows);
            return passes.Backward(labels);
        }
    }

    [Fact]
    public void Evaluate_EqualLogits_IsTheLogarithmOfTheClasses()
    {
        var loss = new SoftmaxCrossEntropy<double>(4);
        var logits = Enumerable.Repeat(3.0, 4 * 5).ToArray();
        var gradient = new double[20];

        var value = loss.Evaluate(logits, [0, 1, 2, 2], gradient);

        Assert.Equal(Math.Log(5), value, 1e-14);
        Assert.Equal((0.2 - 1) / 4, gradient[0], 1e-15);
        Assert.Equal(0.2 / 4, gradient[1], 1e-15);
        Assert.Equal(0, gradient.Sum(), 1e-15);
    }

    [Fact]
    public void Evaluate_HugeLogits_StaysFinite()
    {
        var loss = new SoftmaxCrossEntropy<float>(1);
        var gradient = new float[2];

        var value = loss.Evaluate([1e30f, -1e30f], [0], gradient);

        Assert.Equal(0, value);
        Assert.Equal([0f, 0f], gradient);
    }

    [Fact]
    public void Predict_ByHand_IsReluBetweenAndNoneAtTheEnd()
    {
        var network = new DenseNetwork<float>([2, 2, 1], seed: 0);
        float[] parameters = [1, -1, 2, 0.5f, 0, -1, 3, -2, 0.25f];
        parameters.CopyTo(network.Parameters.Span);
        var logits = new float[2];

        // Hidden (1·1 - 1·2, 2·1 + 0.5·2 - 1) = (-1, 2) → (0, 2); logit 3·0 - 2·2 + 0.25. Then (2, 5): 3·2 - 2·5 +
        // 0.25.
        network.Predict(s_algebra, [1, 2, 3, 0], logits);
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
            network.Predict(s_algebra, rows.AsSpan(2 * i, 2), single);
            Assert.Equal(single[0], whole[2 * i], 1e-5);
            Assert.Equal(single[1], whole[(2 * i) + 1], 1e-5);
        }

        Assert.Throws<ArgumentException>(() => network.Predict(s_algebra, rows, single));
    }
}
