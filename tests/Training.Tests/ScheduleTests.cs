using KoopmanMesh.Training;
using KoopmanMesh.Training.Losses;
using KoopmanMesh.Training.Optimizers;
using KoopmanMesh.Training.Schedules;

namespace KoopmanMesh.Training.Tests;

public sealed class ScheduleTests
{
    [Fact]
    public void Start_Step_FallsAfterEverySize()
    {
        var schedule = new StepRate(3, 0.5).Start(0.8);

        Assert.Equal([0.8, 0.8, 0.4, 0.4, 0.4, 0.2, 0.2], Enumerable.Range(0, 7).Select(_ => schedule(1)));
    }

    [Fact]
    public void Start_Constant_NeverChanges() => Assert.Equal(0.3, new ConstantRate().Start(0.3)(double.MaxValue));

    [Fact]
    public void Start_PlateauAtItsLeastRate_StaysThere()
    {
        var schedule = new PlateauRate { Factor = 0.1, Patience = 0, LeastRate = 0.05 }.Start(1);

        Assert.Equal([1, 0.1, 0.05, 0.05], Enumerable.Repeat(2.0, 4).Select(schedule));
    }

    [Fact]
    public void Train_Schedule_SetsTheRateThatProgressReports()
    {
        var seen = new List<double>();
        var network = new DenseNetwork<double>([1, 1], seed: 1);
        var before = network.Parameters.ToArray();
        var options = new TrainingOptions
        {
            Epochs = 4,
            BatchSize = 1,
            Loss = new MeanSquared(),
            Optimizer = new SgdOptions { LearningRate = 0.25 },
            Schedule = new StepRate(1, 0.5),
        };

        // One row, x = 0: only the bias moves, by 2 lr (target - b), so the error shrinks by 1 - 2 lr.
        new DenseTrainer(new Numerics.LinearAlgebra.ManagedLinearAlgebra()).Train(
            network, TrainingSet.OfTargets([0.0], 1, [1.0], 1), options, new Reporter(p => seen.Add(p.LearningRate)),
            TestContext.Current.CancellationToken);

        Assert.Equal([0.25, 0.125, 0.0625, 0.03125], seen);
        Assert.Equal((1 - before[1]) * 0.5 * 0.75 * 0.875 * 0.9375, 1 - network.Parameters.Span[1], 1e-15);
    }

    [Fact]
    public void Options_OutOfRange_AreRefusedByName()
    {
        Refused("the factor is above 0 and below 1", () => new PlateauRate { Factor = 1 }.Start(1));
        Refused("the threshold is from 0 and below 1", () => new PlateauRate { Threshold = -1 }.Start(1));
        Refused("the least rate is a finite number from 0", () => new PlateauRate { LeastRate = -1 }.Start(1));
        Refused("Patience", () => new PlateauRate { Patience = -1 }.Start(1));
        Refused("Size", () => new StepRate(0).Start(1));
        Refused("gamma is positive and finite", () => new StepRate(1, 0).Start(1));
        Refused("the optimizer's LearningRate is a finite number from 0", () =>
            new AdamWOptions { LearningRate = double.NaN }.Create<float>(1));
        Refused("the optimizer's Beta1 is a number from 0 and below 1", () =>
            new AdamOptions { Beta1 = 1 }.Create<float>(1));
        Refused("the optimizer's Momentum is a number from 0 and below 1", () =>
            new SgdOptions { Momentum = 1 }.Create<float>(1));
        Refused("the optimizer's Rho is a number from 0 and below 1", () =>
            new AdadeltaOptions { Rho = -1 }.Create<float>(1));
        Refused("the optimizer's RateDecay is a finite number from 0", () =>
            new AdagradOptions { RateDecay = double.PositiveInfinity }.Create<float>(1));
        Refused("Nesterov's step needs a momentum above 0", () => new SgdOptions { Nesterov = true }.Create<float>(1));
    }

    private static void Refused(string message, Func<object> action) =>
        Assert.Contains(message, Assert.Throws<ArgumentOutOfRangeException>(action).Message, StringComparison.Ordinal);
}
