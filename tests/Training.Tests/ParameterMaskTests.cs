using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Losses;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Training.Tests;

public sealed class ParameterMaskTests
{
    private static readonly ILinearAlgebra s_algebra = LinearAlgebraProvider.Detect(null);

    private static readonly OptimizerOptions[] s_optimizers =
    [
        new SgdOptions { LearningRate = 0.01, Momentum = 0.9, Nesterov = true, WeightDecay = 0.1 }, new AdamOptions(),
        new AdamWOptions { WeightDecay = 0.1 }, new AdagradOptions(), new AdadeltaOptions(),
    ];

    public static TheoryData<int> Optimizers => [.. Enumerable.Range(0, s_optimizers.Length)];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Train_HalfPruned_StaysExactlyZeroAndTheRestLearns(int optimizer)
    {
        var network = Network();
        var mask = ParameterMask.Keeping([.. Enumerable.Range(0, network.Parameters.Length).Select(i => i % 2 == 0)]);
        var before = network.Parameters.ToArray();

        Train(network, mask, s_optimizers[optimizer]);

        var after = network.Parameters.ToArray();
        Assert.All(mask.Pruned, i => Assert.Equal(0, BitConverter.SingleToInt32Bits(after[i])));
        Assert.Equal(before.Length / 2, mask.Pruned.Count);
        // Behind a unit that never opens nothing is learnt: most, not all, have moved.
        var moved = Enumerable.Range(0, before.Length).Count(i => i % 2 == 0 && after[i] != before[i]);
        Assert.InRange(moved, before.Length / 4, before.Length);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Train_AllOfALayerFrozenOneByOne_IsTheFrozenLayer(int optimizer)
    {
        var (masked, frozen) = (Network(), Network());
        var first = masked.Layers[0].Weights.Length + masked.Layers[0].Outputs;
        var mask = ParameterMask.Training([.. Enumerable.Range(0, masked.Parameters.Length).Select(i => i >= first)]);
        frozen.Layers[0].IsFrozen = true;

        Train(masked, mask, s_optimizers[optimizer]);
        Train(frozen, null, s_optimizers[optimizer]);

        Assert.Equal(frozen.Parameters.ToArray(), masked.Parameters.ToArray());
        Assert.Equal(Network().Parameters[..first].ToArray(), masked.Parameters[..first].ToArray());
    }

    [Fact]
    public void Train_MaskOverSeveralPieces_HoldsInAllOfThem()
    {
        // 40,401 parameters: three pieces that step side by side.
        var network = new DenseNetwork<float>([200, 200, 1], seed: 2);
        var mask = new ParameterMask(
            [.. Enumerable.Range(0, network.Parameters.Length).Select(i => (ParameterState)(i % 3))]);
        var before = network.Parameters.ToArray();
        var random = new RandomState(1);
        float[] x = [.. Enumerable.Range(0, 4_000).Select(_ => (float)random.NextNormal())];
        var data = TrainingSet.OfTargets(x, 200, new float[20], 1);

        new DenseTrainer(s_algebra).Train(
            network, data, new TrainingOptions { Epochs = 3, Loss = new MeanSquared(), Mask = mask }, null,
            TestContext.Current.CancellationToken);

        var after = network.Parameters.ToArray();
        Assert.All(mask.Frozen, i => Assert.Equal(before[i], after[i]));
        Assert.All(mask.Pruned, i => Assert.Equal(0, after[i]));
        Assert.True(Enumerable.Range(0, after.Length).Count(i => i % 3 == 0 && after[i] != before[i]) > 10_000);
    }

    [Fact]
    public void Mask_ThatFitsNothing_IsRefused()
    {
        var none = Assert.Throws<ArgumentException>(
            () => new ParameterMask([ParameterState.Pruned, ParameterState.Frozen, ParameterState.Pruned]));
        var length = Assert.Throws<ArgumentException>(
            () => Train(Network(), ParameterMask.Keeping([true, false]), new AdamOptions()));

        Assert.StartsWith(
            "a mask leaves something to train, got 2 pruned and 1 frozen of 3 parameters", none.Message,
            StringComparison.Ordinal);
        Assert.Equal("the mask is of 2 parameters, the network has 27", length.Message);
    }

    private static DenseNetwork<float> Network() => new([2, 5, 2], seed: 4);

    private static void Train(DenseNetwork<float> network, ParameterMask? mask, OptimizerOptions optimizer)
    {
        var random = new RandomState(6);
        float[] x = [.. Enumerable.Range(0, 100).Select(_ => (float)random.NextNormal())];
        var data = TrainingSet.OfTargets(x, 2, [.. x.Chunk(2).SelectMany(p => (float[])[p[0] * p[1], p[0]])], 2);
        var options = new TrainingOptions
        {
            Epochs = 10,
            BatchSize = 16,
            Loss = new Huber(),
            Optimizer = optimizer,
            Mask = mask,
        };
        new DenseTrainer(s_algebra).Train(network, data, options, null, TestContext.Current.CancellationToken);
    }
}
