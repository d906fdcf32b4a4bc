using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Losses;

namespace KoopmanMesh.Training.Tests;

public sealed class ActivationTests
{
    public static TheoryData<string, Activation, Activation> Cases()
    {
        var cases = new TheoryData<string, Activation, Activation>();
        foreach (var algebra in Algebras.Names)
        {
            foreach (var hidden in Enum.GetValues<Activation>())
            {
                cases.Add(algebra, hidden, Activation.Identity);
                cases.Add(algebra, hidden, Activation.Sine);
                cases.Add(algebra, hidden, Activation.Tanh);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_AnyActivations_GradientEqualsCentralDifferences(
        string algebra, Activation hidden, Activation output)
    {
        const double Step = 1e-6;
        // 17 rows of 19, 11 and 3: whole vectors and what is left over.
        var network = new DenseNetwork<double>([2, 19, 11, 3], 5, Start(hidden, output));
        var data = Rows(17, 2, 3);
        var passes = new BatchPasses<double>(Algebras.Get(algebra), network, data, 17);
        int[] rows = [.. Enumerable.Range(0, 17).Reverse()];
        var loss = new MeanSquared();
        passes.Run(loss, rows);
        var gradient = passes.Gradients(17).Span[0].ToArray();

        for (var p = 0; p < gradient.Length; p += 3)
        {
            var value = network.Parameters.Span[p];
            network.Parameters.Span[p] = value + Step;
            var above = passes.Run(loss, rows);
            network.Parameters.Span[p] = value - Step;
            var below = passes.Run(loss, rows);
            network.Parameters.Span[p] = value;
            Assert.Equal((above - below) / (2 * Step), gradient[p], 2e-8);
        }

        Assert.Contains(gradient, g => Math.Abs(g) > 0.01);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Run_SinesInSeveralLanes_SumToTheDirectionalDerivative(string algebra)
    {
        const double Step = 1e-6;
        var network = new DenseNetwork<double>([64, 96, 96, 10], 4, Start(Activation.Sine, Activation.Identity));
        var passes = new BatchPasses<double>(Algebras.Get(algebra), network, Rows(1_001, 64, 10), 1_001);
        int[] rows = [.. Enumerable.Range(0, 1_001)];
        Assert.Equal(3, passes.Lanes(1_001));
        passes.Run(new MeanSquared(), rows);
        var lanes = passes.Gradients(1_001).ToArray().Select(lane => (double[])lane.Clone()).ToArray();
        var (random, start) = (new RandomState(5), network.Parameters.ToArray());
        double[] direction = [.. start.Select(_ => random.NextNormal())];

        var difference = (At(Step) - At(-Step)) / (2 * Step);

        var slope = lanes.Sum(lane => lane.Zip(direction, (g, d) => g * d).Sum());
        Assert.Equal(difference, slope, 1e-5 * Math.Abs(difference));

        double At(double step)
        {
            for (var p = 0; p < start.Length; p++)
            {
                network.Parameters.Span[p] = start[p] + (step * direction[p]);
            }

            return passes.Run(new MeanSquared(), rows);
        }
    }

    [Fact]
    public void Predict_OneUnit_IsTheFunctionItself()
    {
        foreach (var (activation, function) in (IEnumerable<(Activation, Func<double, double>)>)
            [(Activation.Identity, z => z), (Activation.Relu, z => Math.Max(0, z)), (Activation.Tanh, Math.Tanh),
            (Activation.Sine, Math.Sin)])
        {
            var network = DenseNetwork.From(
                new DenseLayer<double>(new double[] { 3 }, new double[] { -0.5 }, activation));
            double[] x = [.. Enumerable.Range(-20, 41).Select(i => i / 5.0)];
            var y = new double[x.Length];

            network.Predict(new ManagedLinearAlgebra(), x, y);

            Assert.All(x.Zip(y), p => Assert.Equal(function((3 * p.First) - 0.5), p.Second, 1e-14));
        }
    }

    [Fact]
    public void Checkpoint_OtherActivations_ComeBackAndNoOldReaderTakesThemForNone()
    {
        var network = new DenseNetwork<float>([2, 3, 4, 1], 7, Start(Activation.Sine, Activation.Tanh));

        var archive = DenseCheckpoint.ToArchive(network);
        var read = DenseCheckpoint.FromArchive<float>(archive);

        Assert.Equal([Activation.Sine, Activation.Sine, Activation.Tanh], read.Layers.Select(l => l.Activation));
        Assert.Equal(network.Parameters.ToArray(), read.Parameters.ToArray());
        Assert.Equal("sine,sine,tanh", archive.Metadata["activations"]);
        Assert.False(archive.Metadata.ContainsKey("relu"));
        archive.SetMetadata("activations", "sine,gelu,tanh");
        Assert.Equal(
            "the archive's \"activations\" is \"sine,gelu,tanh\" beside 6 tensors, expected one of identity, relu, "
            + "tanh, sine for each layer, which has two tensors",
            Assert.Throws<TensorFormatException>(() => DenseCheckpoint.FromArchive<float>(archive)).Message);
    }

    [Fact]
    public void Initialisation_ScaledAndSpread_HasTheseDeviations()
    {
        var network = new DenseNetwork<double>([400, 500, 50], 2, new DenseInitialisation
        {
            Hidden = Activation.Tanh,
            Scale = 20,
            FirstScale = 0.1,
            BiasDeviation = 3,
        });

        // Relative standard errors of a variance of n draws: sqrt(2 / n), 0.3 %, 0.9 % and 6 %.
        Assert.Equal(4 * 2.0 / 400, network.Layers[0].Weights.ToArray().Average(w => w * w), 3e-4);
        Assert.Equal(400 * 2.0 / 500, network.Layers[1].Weights.ToArray().Average(w => w * w), 0.06);
        Assert.Equal(0.09, network.Layers[0].Biases.ToArray().Average(b => b * b), 0.02);
        Assert.Equal(
            "Scale is a finite number from 0 (Parameter 'Scale')\nActual value was -1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new DenseInitialisation { Scale = -1 }).Message
                .ReplaceLineEndings("\n"));
    }

    private static DenseInitialisation Start(Activation hidden, Activation output) =>
        new() { Hidden = hidden, Output = output, BiasDeviation = 0.5 };

    private static TrainingSet<double> Rows(int rows, int width, int targets)
    {
        var random = new RandomState(12);
        return TrainingSet.OfTargets(Draw(rows * width), width, Draw(rows * targets), targets);

        double[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextNormal())];
    }
}
