using KoopmanMesh.Experiments.Dynamics.Hamiltonian;
using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Experiments.Tests.Dynamics;

public sealed class OscillatorTests
{
    // scipy.integrate.solve_ivp(lambda t, u: [u[1], -u[0] - u[0]**3], (0, 4 pi), (1.3, 1), "DOP853", rtol=1e-13).
    private static readonly double[] _times = [0, 1, 5, 4 * Math.PI];
    private static readonly double[] _truth = [1.3, 0.48703658562818447, 0.4506493664078087, 1.146286411880504];

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Gradient_EqualsCentralDifferences(string algebra)
    {
        var network = new OscillatorNetwork(Algebras.Get(algebra), hidden: 4, points: 7);
        network.SetTimes([0, 0.3, 1, 2, 4, 7, 12]);
        var parameters = UniformInitialisation.Of(network.Layout, new RandomState(3));
        var gradient = new double[parameters.Length];

        network.Loss(parameters, gradient);

        const double H = 1e-6;
        Assert.All(Enumerable.Range(0, parameters.Length), i =>
        {
            var (up, down) = ((double[])parameters.Clone(), (double[])parameters.Clone());
            (up[i], down[i]) = (up[i] + H, down[i] - H);
            Assert.Equal((network.Loss(up) - network.Loss(down)) / (2 * H), gradient[i], 1e-6);
        });
    }

    [Fact]
    public void Loss_AllWeightsZero_IsThatOfStandingStill()
    {
        var network = new OscillatorNetwork(LinearAlgebraProvider.Detect(null), hidden: 3, points: 2);
        network.SetTimes([0, 5]);

        // x = 1.3 and p = 1 for all t: residuals are -p and x + x^3.
        Assert.Equal(1 + Math.Pow(1.3 + (1.3 * 1.3 * 1.3), 2), network.Loss(new double[network.Layout.Count]), 1e-14);
    }

    [Fact]
    public void Loss_OnePoint_IsTheResidualByDifferencesOfTheSolution()
    {
        const double Time = 2, H = 1e-4;
        var network = new OscillatorNetwork(LinearAlgebraProvider.Detect(null), hidden: 5, points: 1);
        var parameters = UniformInitialisation.Of(network.Layout, new RandomState(8));
        var (before, now, after) = (At(Time - H), At(Time), At(Time + H));

        var first = ((after.X - before.X) / (2 * H)) - now.P;
        var second = ((after.P - before.P) / (2 * H)) + now.X + (now.X * now.X * now.X);
        network.SetTimes([Time]);
        Assert.Equal((first * first) + (second * second), network.Loss(parameters), 1e-6);

        (double X, double P) At(double time)
        {
            network.SetTimes([time]);
            network.Loss(parameters);
            return network.Solution[0];
        }
    }

    [Fact]
    public void Solve_EqualsSciPy()
    {
        var solution = Oscillator.Solve(_times, OscillatorNetwork.X0, OscillatorNetwork.P0);

        Assert.All(_truth.Zip(solution), pair => Assert.Equal(pair.First, pair.Second, 1e-10));
    }

    [Fact]
    public void Train_Adam_SolvesTheOscillator()
    {
        var trainer = new OscillatorTrainer(
            LinearAlgebraProvider.Detect(null), new AdamOptions { LearningRate = 8e-3 }, seed: 1);
        var before = trainer.Loss(trainer.Parameters);

        for (var step = 0; step < 3_000; step++)
        {
            trainer.Step();
        }

        Assert.InRange(trainer.Loss(trainer.Parameters), 0, before / 20);
    }

    [Fact]
    public void Train_SameSeed_SameBits()
    {
        Assert.Equal(Trained(5, perturbed: true), Trained(5, perturbed: true));
        Assert.NotEqual(Trained(5, perturbed: true), Trained(5, perturbed: false));
    }

    private static double[] Trained(uint seed, bool perturbed)
    {
        var trainer = new OscillatorTrainer(
            LinearAlgebraProvider.Detect(null), new AdadeltaOptions(), seed, perturbed, points: 20);
        for (var step = 0; step < 50; step++)
        {
            trainer.Step();
        }

        return trainer.Parameters;
    }
}
