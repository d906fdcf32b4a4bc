using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Training.Tests;

public sealed class AdamWTests
{
    [Fact]
    public void Step_First_IsTheDecayAndTheSignOfTheGradient()
    {
        var options = new AdamWOptions { LearningRate = 0.1, WeightDecay = 0.01 };
        var optimizer = options.Create<double>(3);
        double[] parameters = [1, -2, 5];

        optimizer.Step(parameters, [0.3, -4, 0]);

        Assert.Equal(1 - (0.001 * 1) - 0.1, parameters[0], 1e-8);
        Assert.Equal(-2 + (0.001 * 2) + 0.1, parameters[1], 1e-8);
        Assert.Equal(5 - (0.001 * 5), parameters[2], 1e-15);
    }

    [Fact]
    public void Step_Repeated_FollowsThePublishedRecurrence()
    {
        var options = new AdamWOptions
        {
            LearningRate = 0.05,
            Beta1 = 0.8,
            Beta2 = 0.9,
            Epsilon = 1e-3,
            WeightDecay = 0.1,
        };
        var optimizer = options.Create<double>(1);
        double[] parameters = [1.5];
        var (p, m, v) = (1.5, 0.0, 0.0);

        for (var t = 1; t <= 50; t++)
        {
            var g = (2 * p) + Math.Sin(t);
            optimizer.Step(parameters, [g]);
            p -= 0.05 * 0.1 * p;
            m = (0.8 * m) + (0.2 * g);
            v = (0.9 * v) + (0.1 * g * g);
            p -= 0.05 * (m / (1 - Math.Pow(0.8, t))) / (Math.Sqrt(v / (1 - Math.Pow(0.9, t))) + 1e-3);
            Assert.Equal(p, parameters[0], 1e-12);
        }
    }

    [Fact]
    public void Step_OfOtherLength_IsRefused()
    {
        var optimizer = new AdamWOptions().Create<float>(3);

        Assert.Throws<ArgumentException>(() => optimizer.Step(new float[2], new float[2]));
    }
}
