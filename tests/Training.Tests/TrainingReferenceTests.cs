using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Losses;
using KoopmanMesh.Training.Schedules;

namespace KoopmanMesh.Training.Tests;

/// <summary>Every optimizer, schedule and loss, and whole runs, against NumPy.</summary>
public sealed class TrainingReferenceTests(TrainingReference reference) : IClassFixture<TrainingReference>
{
    [Fact]
    public void Step_EveryOptimizer_FollowsNumPyTo1e12()
    {
        var cases = reference.Read<List<TrainingReference.OptimizerCase>>("optimizers");

        Assert.Equal(5, cases.Select(c => c.Name).Distinct().Count());
        foreach (var c in cases)
        {
            var optimizer = TrainingReference.Options(c.Name, c.Rates[0], c.Settings).Create<double>(c.Start.Length);
            for (var t = 0; t < c.Path.Length; t++)
            {
                optimizer.LearningRate = c.Rates[t];
                optimizer.Step(c.Start, c.Gradients[t]);
                Assert.All(
                    c.Path[t].Zip(c.Start), p => Assert.Equal(p.First, p.Second, 1e-12 * (1 + Math.Abs(p.First))));
            }
        }
    }

    [Fact]
    public void Start_Plateau_ReducesWhereNumPyDoes()
    {
        foreach (var c in reference.Read<List<TrainingReference.ScheduleCase>>("schedules"))
        {
            var schedule = new PlateauRate
            {
                Factor = c.Factor,
                Patience = c.Patience,
                Threshold = c.Threshold,
                LeastRate = c.Least,
            }.Start(c.Rate);

            Assert.Equal(c.Rates, c.Losses.Select(schedule));
            Assert.True(c.Rates.Distinct().Count() > 2);
        }
    }

    [Fact]
    public void Evaluate_EveryLoss_IsNumPysValueAndGradient()
    {
        var c = reference.Read<TrainingReference.LossCase>("losses");
        foreach (var (name, loss) in (IEnumerable<(string, Loss)>)
            [("cross-entropy", new SoftmaxCrossEntropy()), ("mean-squared", new MeanSquared()), ("huber", new Huber()),
            ("huber-0.3", new Huber { Delta = 0.3 })])
        {
            var gradient = new double[c.Outputs.Length];
            var value = loss.Evaluate(new LossBatch<double>
            {
                Rows = new int[c.Labels.Length],
                Outputs = c.Outputs,
                Gradient = gradient,
                Labels = c.Labels,
                Targets = c.Targets,
            });

            Assert.Equal(c.Values[name], value, 1e-14 * c.Values[name]);
            Assert.All(c.Gradients[name].Zip(gradient), p => Assert.Equal(p.First, p.Second, 1e-15));
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Train_WholeRuns_AreNumPysTo1e9(string algebra)
    {
        foreach (var c in reference.Read<List<TrainingReference.RunCase>>("runs"))
        {
            var network = new DenseNetwork<double>(c.Widths, c.Seed, c.OutputRelu);
            foreach (var layer in c.Frozen)
            {
                network.Layers[layer].IsFrozen = true;
            }

            var seen = new List<double>();
            new DenseTrainer(Algebras.Get(algebra)).Train(
                network, Data(c), Options(c), new Reporter(p => seen.Add(p.Loss)),
                TestContext.Current.CancellationToken);

            Assert.All(c.Means.Zip(seen), p => Assert.Equal(p.First, p.Second, 1e-10));
            Assert.All(c.Parameters.Zip(network.Parameters.ToArray()), p => Assert.Equal(p.First, p.Second, 1e-9));
        }
    }

    private static TrainingSet<double> Data(TrainingReference.RunCase c) => c.Loss == "cross-entropy"
        ? TrainingSet.OfClasses(c.X, c.Widths[0], c.Labels)
        : TrainingSet.OfTargets(c.X, c.Widths[0], c.Targets, c.Widths[^1]);

    private static TrainingOptions Options(TrainingReference.RunCase c) => new()
    {
        Epochs = c.Epochs,
        BatchSize = c.Batch,
        Seed = c.Seed + 1,
        Loss = c.Loss switch
        {
            "cross-entropy" => new SoftmaxCrossEntropy(),
            "huber" => new Huber(),
            _ => new MeanSquared(),
        },
        Optimizer = TrainingReference.Options(c.Optimizer, c.Rate, c.Settings),
        Schedule = new PlateauRate
        {
            Factor = c.Schedule.Factor,
            Patience = c.Schedule.Patience,
            Threshold = c.Schedule.Threshold,
            LeastRate = c.Schedule.Least,
        },
    };
}
