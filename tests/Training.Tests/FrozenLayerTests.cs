using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Losses;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Training.Tests;

public sealed class FrozenLayerTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Train_FrozenLayers_KeepTheirBitsAndTheOthersLearn(string algebra)
    {
        var network = new DenseNetwork<float>([4, 9, 8, 7, 3], seed: 2);
        network.Layers[0].IsFrozen = network.Layers[2].IsFrozen = true;
        var before = network.Layers.Select(Bits).ToArray();

        new DenseTrainer(Algebras.Get(algebra)).Train(
            network, Targets(70, 4, 3), Options(5, new AdamWOptions { WeightDecay = 0.1 }), null,
            TestContext.Current.CancellationToken);

        Assert.Equal(before[0], Bits(network.Layers[0]));
        Assert.Equal(before[2], Bits(network.Layers[2]));
        Assert.NotEqual(before[1], Bits(network.Layers[1]));
        Assert.NotEqual(before[3], Bits(network.Layers[3]));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Train_BlockBeforeAFrozenLayer_LearnsWhatTheLayerHides(string algebra)
    {
        // A frozen layer behind a trainable one: the target is reachable, so the loss must go to nothing.
        var after = new DenseLayer<double>((double[])[1, 2, 0, -1], (double[])[0.5, 0], hasRelu: false)
        {
            IsFrozen = true,
        };
        var network = DenseNetwork.From([.. new DenseNetwork<double>([2, 2], seed: 3).Layers, after]);
        var random = new RandomState(1);
        double[] x = [.. Enumerable.Range(0, 200).Select(_ => random.NextNormal())];
        double[] y = [.. x.Chunk(2).SelectMany(p => (double[])[p[0] + 3, p[1] - p[0]])];

        var loss = new DenseTrainer(Algebras.Get(algebra)).Train(
            network, TrainingSet.OfTargets(x, 2, y, 2),
            Options(400, new SgdOptions { LearningRate = 0.05, Momentum = 0.9 }) with { Loss = new MeanSquared() },
            null, TestContext.Current.CancellationToken);

        Assert.InRange(loss, 0, 1e-12);
        Assert.Equal([1, 2, 0, -1], network.Layers[1].Weights.ToArray());
    }

    [Fact]
    public void Train_AllFrozen_SaysThatThereIsNothingToTrain()
    {
        var network = new DenseNetwork<float>([2, 3, 1], seed: 0);
        network.Layers[0].IsFrozen = network.Layers[1].IsFrozen = true;

        var error = Assert.Throws<ArgumentException>(() => new DenseTrainer(new ManagedLinearAlgebra()).Train(
            network, Targets(4, 2, 1), Options(1, new AdamWOptions()), null, TestContext.Current.CancellationToken));

        Assert.StartsWith(
            "all 2 layers are frozen, so there is nothing to train", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_LargeBatches_GiveTheSameBitsEveryTime()
    {
        var data = Targets(3_000, 96, 96);
        var trainer = new DenseTrainer(LinearAlgebraProvider.Detect(null));

        Assert.Equal(Trained(), Trained());

        float[] Trained()
        {
            // 27,744 multiplications a row: batches of 1,000 rows run in several lanes, the parameters in two pieces.
            var network = new DenseNetwork<float>([96, 96, 96, 96], seed: 8);
            trainer.Train(
                network, data, Options(3, new AdamOptions()) with { BatchSize = 1_000 }, null, CancellationToken.None);
            return network.Parameters.ToArray();
        }
    }

    private static TrainingOptions Options(int epochs, OptimizerOptions optimizer) => new()
    {
        Epochs = epochs,
        BatchSize = 32,
        Seed = 3,
        Loss = new Huber(),
        Optimizer = optimizer,
    };

    private static TrainingSet<float> Targets(int rows, int width, int targets)
    {
        var random = new RandomState(6);
        return TrainingSet.OfTargets(Draw(rows * width), width, Draw(rows * targets), targets);

        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
    }

    private static float[] Bits(DenseLayer<float> layer) => [.. layer.Weights.ToArray(), .. layer.Biases.ToArray()];
}
