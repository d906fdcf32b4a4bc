using KoopmanMesh.Experiments.Scaling;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;

namespace KoopmanMesh.Experiments.Tests.Scaling;

public sealed class ScalingTrainerTests
{
    private static readonly ILinearAlgebra _la = LinearAlgebraProvider.Detect(null);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Scale_OriginalLayers_KeepTheirWeightsBitForBit()
    {
        var (network, blocks) = Scaled(start: 3);
        var scaled = blocks.Network;

        var original = ScalingTrainer.Layers(network.Layers);
        Assert.Equal(2, scaled.Head.Count);
        Assert.Equal(10, scaled.Blocks.Count);
        Assert.All(
            original.Zip(scaled.Original),
            pair => Assert.True(pair.First.Weights.AsSpan().SequenceEqual(pair.Second.Weights.AsSpan())
                && pair.First.Bias.Span.SequenceEqual(pair.Second.Bias.Span)));
    }

    [Fact]
    public void Scale_Blocks_LearnTheActivationAfterTheNextReLU()
    {
        var (_, blocks) = Scaled(start: 1, epochs: 400);
        var (scaled, first, last, _) = blocks;

        // The loss is the mean Huber error of the activation after the frozen next layer, on the blocks' training rows.
        var rows = Tiny.Data.Scaling;
        var z0 = LayerChain.Apply(scaled.Head, rows.Values, rows.Width, _la);
        var truth = LayerChain.Apply(scaled.Next, z0, _la);
        var imitated = LayerChain.Apply(scaled.Next, scaled.Delayed(z0, _la)[^1], _la);
        var sum = 0.0;
        for (var i = 0; i < truth.AsSpan().Length; i++)
        {
            var error = Math.Abs(truth.AsSpan()[i] - imitated.AsSpan()[i]);
            sum += error <= 1 ? error * error / 2 : error - 0.5;
        }

        Assert.InRange(last, 0, first / 5);
        Assert.InRange(sum / truth.AsSpan().Length, last / 3, last * 3);
    }

    [Fact]
    public void Layers_InDouble_GiveTheNetworksOwnOutputs()
    {
        var network = new DenseNetwork<float>([3, 5, 4], 1);
        float[] rows = [1, -2, 0.5f, 0, 3, -1];
        var outputs = new float[8];
        network.Predict(_la, rows, outputs);

        var inDouble = LayerChain.Apply(
            ScalingTrainer.Layers(network.Layers), Array.ConvertAll(rows, r => (double)r), 3, _la);

        Assert.All(Enumerable.Range(0, 8), i => Assert.Equal(outputs[i], inDouble[i % 4, i / 4], 1e-5));
    }

    [Fact]
    public void Apply_ManyRows_EqualsEachAlone()
    {
        var layers = ScalingTrainer.Layers(new DenseNetwork<float>([2, 3, 2], 7).Layers);
        var rows = YinYang.Sample(5_000, 9);

        var all = LayerChain.Apply(layers, rows.Values, 2, _la);

        foreach (var j in new[] { 0, 4_095, 4_096, 4_999 })
        {
            var one = LayerChain.Apply(layers, rows.Values.Slice(2 * j, 2), 2, _la);
            Assert.Equal(one[0, 0], all[0, j], 1e-12);
            Assert.Equal(one[1, 0], all[1, j], 1e-12);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(7)]
    public void Cut_NoReLUThere_IsRefused(int start)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ScaledNetwork.Cut(start, layers: 5));

        Assert.StartsWith(
            $"a start is the odd position of a ReLU that another one follows, from 1 to 5, got {start}",
            error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Accuracy_LogitsThatAreNotFinite_AreRefused()
    {
        var logits = new Matrix(2, 1);
        logits[0, 0] = double.NaN;

        Assert.Throws<Numerics.Fitting.NonFiniteDataException>(() => LayerChain.Accuracy(logits, [0]));
        Assert.Throws<ArgumentException>(() => LayerChain.Accuracy(new Matrix(2, 2), [0]));
        Assert.Throws<NotSupportedException>(() => LayerChain.Apply(
            new DenseLayer(Matrix.Identity(2), new double[2], DenseActivation.Tanh), new Matrix(2, 1), _la));
    }

    [Fact]
    public void Scale_Draws_KeepTheLowestTrainingLossAndStopAtAGoodOne()
    {
        var (_, one) = Scaled(start: 1, epochs: 20);
        var (_, four) = Scaled(start: 1, epochs: 20, draws: 4);
        var (_, content) = Scaled(start: 1, epochs: 20, draws: 4, goodLoss: one.Loss);

        Assert.Equal((1, 4, 1), (one.Draws, four.Draws, content.Draws));
        Assert.True(four.Loss <= one.Loss, $"{four.Loss} of four draws, {one.Loss} of the first");
        Assert.Equal(one.Loss, content.Loss);
    }

    private static (DenseNetwork<float> Network, TrainedBlocks Blocks) Scaled(
        int start, int epochs = 5, int draws = 1, double goodLoss = 0)
    {
        var recipe = Tiny.Recipe with
        {
            ScalingTraining = Tiny.Recipe.ScalingTraining with { Epochs = epochs },
            ScalingDraws = draws,
            GoodLoss = goodLoss,
        };
        var trainer = new ScalingTrainer(recipe, 1, _la);
        var network = trainer.Train(Tiny.Data.Training, null, Token);
        return (network, trainer.Scale(network, start, TrainingSet.OfClasses<float>(Tiny.Data.Scaling), null, Token));
    }
}
