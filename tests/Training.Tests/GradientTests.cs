using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Losses;

namespace KoopmanMesh.Training.Tests;

/// <summary>Backpropagation against central differences of the loss, in double.</summary>
public sealed class GradientTests
{
    private static readonly Loss[] s_losses =
        [new SoftmaxCrossEntropy(), new MeanSquared(), new Huber(), new Huber { Delta = 0.2 }];

    public static TheoryData<string, int, bool, string> Cases()
    {
        var cases = new TheoryData<string, int, bool, string>();
        foreach (var algebra in Algebras.Names)
        {
            for (var loss = 0; loss < s_losses.Length; loss++)
            {
                foreach (var frozen in (string[])["", "0", "1", "3", "01", "02"])
                {
                    cases.Add(algebra, loss, false, frozen);
                    cases.Add(algebra, loss, true, frozen);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_AnyLossFrozenAndRelu_GradientEqualsCentralDifferences(
        string algebra, int loss, bool outputRelu, string frozen)
    {
        const double Step = 1e-6;
        var network = new DenseNetwork<double>([3, 7, 6, 5, 4], seed: 11, outputRelu);
        foreach (var layer in frozen)
        {
            network.Layers[layer - '0'].IsFrozen = true;
        }

        var data = Data(s_losses[loss], rows: 13, 3, 4);
        var passes = new BatchPasses<double>(Algebras.Get(algebra), network, data, 13);
        int[] rows = [.. Enumerable.Range(0, 13)];
        passes.Run(s_losses[loss], rows);
        var gradient = passes.Gradients(13).Span[0].ToArray();

        var parameters = network.Parameters.Span;
        foreach (var p in Trained(network))
        {
            var value = parameters[p];
            parameters[p] = value + Step;
            var above = passes.Run(s_losses[loss], rows);
            parameters[p] = value - Step;
            var below = passes.Run(s_losses[loss], rows);
            parameters[p] = value;
            Assert.Equal((above - below) / (2 * Step), gradient[p], 1e-8);
        }

        Assert.Contains(gradient, g => Math.Abs(g) > 0.005);
        Assert.All(Enumerable.Range(0, gradient.Length).Except(Trained(network)), p => Assert.Equal(0, gradient[p]));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Run_BatchOfSeveralLanes_SumsToTheDirectionalDerivative(string algebra)
    {
        const double Step = 1e-6;
        var network = new DenseNetwork<double>([64, 96, 96, 10], seed: 4);
        var data = Data(s_losses[0], rows: 1_001, 64, 10);
        var passes = new BatchPasses<double>(Algebras.Get(algebra), network, data, 1_001);
        int[] rows = [.. Enumerable.Range(0, 1_001).Reverse()];
        Assert.Equal(3, passes.Lanes(1_001));
        passes.Run(s_losses[0], rows);
        var gradient = new double[network.Parameters.Length];
        foreach (var lane in passes.Gradients(1_001).ToArray())
        {
            for (var p = 0; p < gradient.Length; p++)
            {
                gradient[p] += lane[p];
            }
        }

        var (random, start) = (new RandomState(5), network.Parameters.ToArray());
        for (var trial = 0; trial < 3; trial++)
        {
            double[] direction = [.. start.Select(_ => random.NextNormal())];
            var difference = (At(Step, direction) - At(-Step, direction)) / (2 * Step);
            Assert.Equal(difference, gradient.Zip(direction, (g, d) => g * d).Sum(), 1e-5 * Math.Abs(difference));
        }

        double At(double step, double[] direction)
        {
            for (var p = 0; p < start.Length; p++)
            {
                network.Parameters.Span[p] = start[p] + (step * direction[p]);
            }

            return passes.Run(s_losses[0], rows);
        }
    }

    [Fact]
    public void Run_RowsChosen_AreTheLossOfThoseRowsAlone()
    {
        var network = new DenseNetwork<double>([3, 5, 2], seed: 1);
        var data = Data(s_losses[1], rows: 9, 3, 2);
        var passes = new BatchPasses<double>(new ManagedLinearAlgebra(), network, data, 9);

        var both = passes.Run(s_losses[1], (int[])[7, 2]);
        var one = passes.Run(s_losses[1], (int[])[7]);
        var other = passes.Run(s_losses[1], (int[])[2]);

        Assert.Equal((one + other) / 2, both, 1e-14);
    }

    private static TrainingSet<double> Data(Loss loss, int rows, int width, int outputs)
    {
        var random = new RandomState(12);
        double[] values = [.. Enumerable.Range(0, rows * width).Select(_ => random.NextNormal())];
        return loss is SoftmaxCrossEntropy
            ? TrainingSet.OfClasses(
                values, width, [.. Enumerable.Range(0, rows).Select(_ => random.NextInt32(outputs))])
            : TrainingSet.OfTargets(
                values, width, [.. Enumerable.Range(0, rows * outputs).Select(_ => random.NextNormal())], outputs);
    }

    private static IEnumerable<int> Trained(DenseNetwork<double> network)
    {
        var start = 0;
        foreach (var layer in network.Layers)
        {
            var length = layer.Weights.Length + layer.Outputs;
            foreach (var p in Enumerable.Range(start, layer.IsFrozen ? 0 : length))
            {
                yield return p;
            }

            start += length;
        }
    }
}
