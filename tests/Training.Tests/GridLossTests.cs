using System.Numerics;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Sobolev;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Losses;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Training.Tests;

public sealed class GridLossTests
{
    private static readonly RegularGrid s_grid = new(24);

    [Fact]
    public void Evaluate_RowsInAnyOrder_IsTheNormOfTheGridsError()
    {
        var (outputs, targets) = (Draw(24, 1), Draw(24, 2));
        var order = Enumerable.Range(0, 24).ToArray();
        new RandomState(3).Shuffle(order);
        double[] error = [.. outputs.Zip(targets, (o, t) => o - t)];
        var gradient = new double[24];
        var norm = new SobolevNorm(s_grid, 0.5).Evaluate(error, gradient);

        var (value, shuffled) = Evaluate(
            new NegativeSobolev(s_grid, 0.5), order, [.. order.Select(i => outputs[i])],
            [.. order.Select(i => targets[i])]);

        Assert.Equal(norm, value, 1e-15);
        Assert.Equal(order.Select(i => gradient[i]), shuffled);
    }

    [Fact]
    public void Evaluate_IndexZero_IsTheMeanSquaredLossAndGradient()
    {
        int[] rows = [.. Enumerable.Range(0, 24)];
        var (outputs, targets) = (Draw(48, 1), Draw(48, 2));

        var (value, gradient) = Evaluate(new NegativeSobolev(s_grid, 0), rows, outputs, targets);
        var (expected, expectedGradient) = Evaluate(new MeanSquared(), rows, outputs, targets);

        Assert.Equal(expected, value, 1e-14);
        Assert.All(expectedGradient.Zip(gradient), p => Assert.Equal(p.First, p.Second, 1e-15));
    }

    [Fact]
    public void Evaluate_EveryGridLossInBothPrecisions_HasTheGradientOfItsValue()
    {
        int[] rows = [.. Enumerable.Range(0, 24).Reverse()];
        var (outputs, targets) = (Draw(48, 1), Draw(48, 2));
        foreach (var loss in (Loss[])
            [new NegativeSobolev(s_grid, 1), new NegativeSobolev(s_grid, 1, zeroMean: true), new SobolevMixture(s_grid),
            new AnnealedSobolev(s_grid), new NegativeSobolev(new RegularGrid(new GridAxis(4), new GridAxis(6)), 0.5)])
        {
            var (_, gradient) = Evaluate(loss, rows, outputs, targets, progress: 0.4);
            var (single, singles) = Evaluate(
                loss, rows, Array.ConvertAll(outputs, v => (float)v), Array.ConvertAll(targets, v => (float)v), 0.4);
            for (var i = 0; i < 48; i += 5)
            {
                var (up, down) = ((double[])outputs.Clone(), (double[])outputs.Clone());
                (up[i], down[i]) = (up[i] + 1e-5, down[i] - 1e-5);
                var slope = (At(up) - At(down)) / 2e-5;
                Assert.Equal(slope, gradient[i], 1e-9);
                Assert.Equal(slope, singles[i], 1e-6);
            }

            Assert.Equal(At(outputs), single, 1e-6 * single);

            double At(double[] y) => Evaluate(loss, rows, y, targets, 0.4).Value;
        }
    }

    [Fact]
    public void Evaluate_Annealed_IsTheNormOfTheEpochsIndex()
    {
        int[] rows = [.. Enumerable.Range(0, 24)];
        var (outputs, targets) = (Draw(24, 1), Draw(24, 2));
        var loss = new AnnealedSobolev(s_grid, new SobolevAnnealing(1, 0, 0, 0.5));

        Assert.Equal(Value(1), At(0), 1e-15);
        Assert.Equal(Value(0.5), At(0.25), 1e-15);
        Assert.Equal(Value(0), At(0.9), 1e-15);

        double At(double progress) => Evaluate(loss, rows, outputs, targets, progress).Value;

        double Value(double index) => Evaluate(new NegativeSobolev(s_grid, index), rows, outputs, targets).Value;
    }

    [Fact]
    public void Train_Mixture_StartsAtOneAndLearnsTheWave()
    {
        var (network, data) = (Network(), Wave(outputs: 2));
        var losses = new List<double>();

        Train(network, data, new SobolevMixture(s_grid), losses, epochs: 400);

        Assert.Equal(1, losses[0], 1e-5);
        Assert.InRange(losses[^1], 0, 1e-3);
    }

    [Fact]
    public void Train_Annealed_IsToldTheEpochs()
    {
        // A rate of nothing: the loss of epoch e is the norm of the first error with the index of e / 4.
        var (network, data, losses) = (Network(), Wave(outputs: 2), new List<double>());
        var outputs = new float[48];
        network.Predict(new ManagedLinearAlgebra(), data.Values, outputs);

        Train(network, data, new AnnealedSobolev(s_grid), losses, epochs: 4, rate: 1e-30);

        int[] rows = [.. Enumerable.Range(0, 24)];
        Assert.All(losses.Index(), l => Assert.Equal(
            Evaluate(new NegativeSobolev(s_grid, 1 - (l.Index / 4.0)), rows, outputs, data.Targets.ToArray()).Value,
            l.Item, 1e-6));
    }

    [Fact]
    public void Train_NotTheWholeGrid_IsRefused()
    {
        var loss = new NegativeSobolev(s_grid, 1);
        var rows = Assert.Throws<ArgumentException>(() => loss.Check(Wave(1), 2));
        var batch = Assert.Throws<ArgumentException>(() => new DenseTrainer(new ManagedLinearAlgebra()).Train(
            Network(), Wave(2), new TrainingOptions { BatchSize = 10, Loss = loss }, null, CancellationToken.None));
        var points = Assert.Throws<ArgumentException>(
            () => new NegativeSobolev(new RegularGrid(25), 1).Check(Wave(2), 2));

        Assert.StartsWith(
            "the loss compares 2 outputs with as many targets on each of the grid's 24 points, the data has 1 targets "
            + "on 24 rows", rows.Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "the loss is a norm over a grid of 24 points, got a batch of 10 rows; batches are the whole grid here",
            batch.Message, StringComparison.Ordinal);
        Assert.Contains(
            "grid's 25 points, the data has 2 targets on 24 rows", points.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => new AnnealedSobolev(s_grid, new SobolevAnnealing(double.NaN)));
    }

    [Fact]
    public void Train_ThatDiverges_NamesTheEpoch() => Assert.Throws<TrainingDivergedException>(
        () => Train(Network(), Wave(2), new SobolevMixture(s_grid), [], epochs: 50, rate: 1e30));

    private static void Train(
        DenseNetwork<float> network, TrainingSet<float> data, Loss loss, List<double> losses, int epochs,
        double rate = 0.01)
    {
        var options = new TrainingOptions
        {
            Epochs = epochs,
            BatchSize = 24,
            Loss = loss,
            Optimizer = new AdamOptions { LearningRate = rate },
        };
        new DenseTrainer(new ManagedLinearAlgebra()).Train(
            network, data, options, new Reporter(p => losses.Add(p.Loss)), CancellationToken.None);
    }

    private static DenseNetwork<float> Network() =>
        new([1, 16, 2], 3, new DenseInitialisation { Hidden = Activation.Sine, FirstScale = 4, BiasDeviation = 1 });

    private static TrainingSet<float> Wave(int outputs)
    {
        float[] x = [.. Enumerable.Range(0, 24).Select(j => j / 24f)];
        return TrainingSet.OfTargets(
            x, 1, [.. x.SelectMany(v => Enumerable.Repeat(MathF.Sin(2 * MathF.PI * v), outputs))], outputs);
    }

    private static double[] Draw(int count, uint seed)
    {
        var random = new RandomState(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextNormal())];
    }

    private static (double Value, T[] Gradient) Evaluate<T>(
        Loss loss, int[] rows, T[] outputs, T[] targets, double progress = 0)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var gradient = new T[outputs.Length];
        var value = loss.Evaluate(new LossBatch<T>
        {
            Rows = rows,
            Outputs = outputs,
            Targets = targets,
            Gradient = gradient,
            Progress = progress,
        });
        return (value, gradient);
    }
}
