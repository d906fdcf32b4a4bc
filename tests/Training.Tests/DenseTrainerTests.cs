using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Training.Tests;

public sealed class DenseTrainerTests
{
    private static readonly ILinearAlgebra s_algebra = LinearAlgebraProvider.Detect(null);
    private static readonly int[] s_paper = [2, 8, 6, 4, 3, 2];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Train_SeparableClouds_LearnsThemAll()
    {
        var random = new RandomState(1);
        var (values, labels) = (new double[600], new int[200]);
        for (var i = 0; i < 600; i++)
        {
            labels[i / 3] = i / 3 % 2;
            values[i] = random.NextNormal() + (labels[i / 3] == 0 ? -5 : 5);
        }

        var data = new LabelledData(values, 3, labels);
        var network = new DenseNetwork<float>([3, 8, 2], seed: 1);

        var loss = new DenseTrainer(s_algebra).Train(network, data, Options(200, batch: 64), null, Token);

        Assert.Equal(1, network.Accuracy(s_algebra, data));
        Assert.InRange(loss, 0, 0.02);
    }

    [Fact]
    public void Train_PapersYinYangSetting_ReachesThePapersAccuracy()
    {
        // Published: 0.9845 on these 2,000 fresh points. One start in eight ends in a poor minimum, hence the median of
        // three.
        var (data, fresh) = (YinYang.Sample(2_000, seed: 42), YinYang.Sample(2_000, seed: 123));
        var accuracies = new List<double>();
        foreach (var seed in (uint[])[1, 3, 5])
        {
            var network = new DenseNetwork<float>(s_paper, seed);
            var options = Options(5_000, batch: 1_000) with { Seed = seed };
            new DenseTrainer(s_algebra).Train(network, data, options, null, Token);
            accuracies.Add(network.Accuracy(s_algebra, fresh));
        }

        Assert.InRange(accuracies.Order().ElementAt(1), 0.98, 1);
    }

    [Fact]
    public void Train_ConstantFeatures_FindsTheClassFrequencies()
    {
        // With nothing to tell rows apart the best loss is the entropy of the labels.
        int[] labels = [.. Enumerable.Range(0, 400).Select(i => i % 4 == 0 ? 1 : 0)];
        var data = new LabelledData(Enumerable.Repeat(1.0, 400).ToArray(), 1, labels);
        var network = new DenseNetwork<double>([1, 2], seed: 1);
        var optimizer = new AdamWOptions { LearningRate = 0.05, WeightDecay = 0 };
        var options = Options(400, batch: 400) with { Optimizer = optimizer };

        var loss = new DenseTrainer(s_algebra).Train(network, data, options, null, Token);

        Assert.Equal(-(0.75 * Math.Log(0.75)) - (0.25 * Math.Log(0.25)), loss, 1e-6);
    }

    [Fact]
    public void Train_SameSeeds_GiveTheSameBitsAndOthersDoNot()
    {
        var data = YinYang.Sample(500, seed: 42);

        var first = Trained(data, networkSeed: 3, orderSeed: 4);
        var second = Trained(data, networkSeed: 3, orderSeed: 4);
        var otherOrder = Trained(data, networkSeed: 3, orderSeed: 5);

        Assert.Equal(first, second);
        Assert.NotEqual(first, otherOrder);
    }

    [Fact]
    public void Train_OnEitherLinearAlgebra_AgreesToRounding()
    {
        Assert.SkipUnless(OpenBlas.IsAvailable, "needs OpenBLAS");
        var data = YinYang.Sample(300, seed: 42);
        var (native, managed) = (new DenseNetwork<double>(s_paper, 3), new DenseNetwork<double>(s_paper, 3));

        new DenseTrainer(new OpenBlas()).Train(native, data, Options(20, batch: 128), null, Token);
        new DenseTrainer(new ManagedLinearAlgebra()).Train(managed, data, Options(20, batch: 128), null, Token);

        Assert.All(
            native.Parameters.ToArray().Zip(managed.Parameters.ToArray()), p => Assert.Equal(p.First, p.Second, 1e-9));
    }

    [Fact]
    public void Train_MoreEpochs_AllocateNothingMore()
    {
        var data = YinYang.Sample(500, seed: 42);
        var trainer = new DenseTrainer(s_algebra);
        Allocated(2);

        Assert.Equal(Allocated(10), Allocated(100));

        long Allocated(int epochs)
        {
            var network = new DenseNetwork<float>(s_paper, 3);
            var before = GC.GetAllocatedBytesForCurrentThread();
            trainer.Train(network, data, Options(epochs, batch: 200), null, CancellationToken.None);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void Train_Progress_IsReportedPerEpochAndCancels()
    {
        using var source = new CancellationTokenSource();
        var seen = new List<EpochProgress>();
        var progress = new Reporter(p =>
        {
            seen.Add(p);
            if (p.Epoch == 3)
            {
                source.Cancel();
            }
        });
        var network = new DenseNetwork<float>(s_paper, 3);
        var data = YinYang.Sample(500, seed: 42);

        Assert.Throws<OperationCanceledException>(
            () => new DenseTrainer(s_algebra).Train(network, data, Options(10, batch: 200), progress, source.Token));

        Assert.Equal([(1, 10), (2, 10), (3, 10)], seen.Select(p => (p.Epoch, p.Epochs)));
        Assert.All(seen, p => Assert.InRange(p.Loss, 0.1, 5));
    }

    [Fact]
    public void Train_RateFarTooHigh_SaysThatItDiverged()
    {
        var options = Options(50, batch: 100) with { Optimizer = new AdamWOptions { LearningRate = 1e30 } };

        var error = Assert.Throws<TrainingDivergedException>(() => new DenseTrainer(s_algebra).Train(
            new DenseNetwork<float>(s_paper, 3), YinYang.Sample(500, seed: 42), options, null, Token));

        Assert.False(double.IsFinite(error.Loss));
        Assert.Contains($"diverged in epoch {error.Epoch}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_DataThatDoesNotFit_IsRefusedWithBothSizes()
    {
        var trainer = new DenseTrainer(s_algebra);
        var network = new DenseNetwork<float>([3, 4, 2], seed: 0);

        var width = Assert.Throws<ArgumentException>(
            () => trainer.Train(network, YinYang.Sample(5, 1), Options(1, 5), null, Token));
        var label = Assert.Throws<ArgumentException>(
            () => trainer.Train(network, new LabelledData(new double[3], 3, [2]), Options(1, 5), null, Token));

        Assert.Contains("takes rows of 3 features, the data has 2", width.Message, StringComparison.Ordinal);
        Assert.StartsWith("label 2 in row 0 is not a class from 0 to 1", label.Message, StringComparison.Ordinal);
        var batch = Assert.Throws<ArgumentException>(() => trainer.Train(
            new DenseNetwork<float>([1, 1_100, 1], 0), new LabelledData(new double[2_000_000], 1, new int[2_000_000]),
            Options(1, 2_000_000), null, Token));
        Assert.StartsWith(
            "batches of 2000000 rows are up to 2200000000 numbers between two layers, expected at most 2147483591",
            batch.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => trainer.Train(network, YinYang.Sample(5, 1), Options(0, 5), null, Token));
    }

    private static TrainingOptions Options(int epochs, int batch) => new()
    {
        Epochs = epochs,
        BatchSize = batch,
        Seed = 9,
        Optimizer = new AdamWOptions { LearningRate = 5e-3 },
    };

    private static float[] Trained(LabelledData data, uint networkSeed, uint orderSeed)
    {
        var network = new DenseNetwork<float>(s_paper, networkSeed);
        new DenseTrainer(s_algebra).Train(network, data, Options(20, 128) with { Seed = orderSeed }, null, Token);
        return network.Parameters.ToArray();
    }
}
