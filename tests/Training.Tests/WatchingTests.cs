using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Losses;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Training.Tests;

public sealed class WatchingTests
{
    private static readonly ILinearAlgebra s_algebra = LinearAlgebraProvider.Detect(null);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void TrainWatched_ByOneWhoOnlyLooks_GivesTheBitsOfTrain()
    {
        var (watched, plain) = (Network(), Network());
        var moments = new List<TrainingMoment<float>>();
        var means = new List<double>();

        Watch(watched, 3, m =>
        {
            moments.Add(m);
            return TrainingAction.Continue;
        });
        new DenseTrainer(s_algebra).Train(plain, Data(), Options(3), new Reporter(p => means.Add(p.Loss)), Token);

        Assert.Equal(plain.Parameters.ToArray(), watched.Parameters.ToArray());
        // 50 rows by 20 are three steps an epoch, the last of ten rows.
        Assert.Equal(Enumerable.Range(0, 10), moments.Select(m => (int)m.Step));
        Assert.Equal([0, 1, 1, 1, 2, 2, 2, 3, 3, 3], moments.Select(m => m.Epoch));
        Assert.Equal(means, moments.Where(m => m.EpochLoss is not null).Select(m => m.EpochLoss!.Value));
        Assert.Equal([3, 6, 9], moments.Where(m => m.EpochLoss is not null).Select(m => m.Step));
        Assert.Null(moments[0].BatchLoss);
        Assert.Equal(
            means[0], ((20 * moments[1].BatchLoss) + (20 * moments[2].BatchLoss) + (10 * moments[3].BatchLoss)) / 50);
    }

    [Fact]
    public void TrainWatched_Stop_EndsAfterThatStep()
    {
        var network = Network();
        var steps = 0L;

        var loss = Watch(network, 100, m =>
        {
            steps = m.Step;
            return m.Step == 4 ? TrainingAction.Stop : TrainingAction.Continue;
        });

        Assert.Equal(4, steps);
        Assert.InRange(loss, 0.01, 10);
    }

    [Fact]
    public void TrainWatched_StopBeforeTheFirstStep_ChangesNothing()
    {
        var network = Network();

        var loss = Watch(network, 5, _ => TrainingAction.Stop);

        Assert.Equal(Network().Parameters.ToArray(), network.Parameters.ToArray());
        Assert.True(double.IsNaN(loss));
    }

    [Fact]
    public void TrainWatched_WeightsPutBackAndMemoryForgotten_RunsAsFromTheStart()
    {
        // One batch an epoch: the order of rows doesn't matter but to the sums' last bits.
        var start = Network().Parameters.ToArray();
        var seen = new List<float[]>();
        Watch(Network(), 8, m =>
        {
            seen.Add(m.Network.Parameters.ToArray());
            if (m.Step != 4)
            {
                return TrainingAction.Continue;
            }

            start.CopyTo(m.Network.Parameters);
            return TrainingAction.Forget;
        }, batch: 50);

        for (var t = 1; t <= 4; t++)
        {
            Assert.All(seen[t].Zip(seen[t + 4]), p => Assert.Equal(p.First, p.Second, 1e-5f));
            Assert.NotEqual(seen[t][0], seen[t - 1][0]);
        }
    }

    [Fact]
    public void TrainWatched_Divergence_NamesTheEpochOfTheStep()
    {
        var error = Assert.Throws<TrainingDivergedException>(() => Watch(Network(), 30, m =>
        {
            m.Network.Parameters.Span[0] = m.Step == 4 ? float.NaN : m.Network.Parameters.Span[0];
            return TrainingAction.Continue;
        }));

        Assert.Equal(2, error.Epoch);
    }

    [Fact]
    public void Recorder_EveryTwoSteps_KeepsStartAndEverySecondStep()
    {
        var network = Network();
        var start = network.Parameters.ToArray();
        var recorder = new TrajectoryRecorder<float>(network, SnapshotCadence.Steps, 2);

        new DenseTrainer(s_algebra).TrainWatched(network, Data(), Options(2), recorder, Token);

        var trajectory = recorder.Trajectory;
        Assert.Equal([0, 2, 4, 6], trajectory.Snapshots.Select(s => s.Step));
        Assert.Equal(start, Read(trajectory, 0));
        Assert.Equal(network.Parameters.ToArray(), Read(trajectory, 3));
        Assert.Null(trajectory.Snapshots[0].Loss);
        Assert.All(trajectory.Snapshots.Skip(1), s => Assert.Equal((0.01, true), (s.LearningRate, s.Loss > 0)));
        Assert.Equal(
            ["layers.0.weight [4, 2]", "layers.0.bias [4]", "layers.1.weight [1, 4]", "layers.1.bias [1]"],
            trajectory.Layout.Tensors.Select(t => t.ToString()));
    }

    [Fact]
    public void Recorder_EveryEpochInARange_HasTheEpochsMeansAndWhatIsAdded()
    {
        var (network, means) = (Network(), new List<double>());
        var recorder = new TrajectoryRecorder<float>(network, SnapshotCadence.Epochs)
        {
            First = 2,
            Last = 4,
            Annotate = (net, snapshot) => snapshot with { ValidationLoss = net.Parameters.Span[0] },
        };
        var other = Network();

        new DenseTrainer(s_algebra).TrainWatched(network, Data(), Options(5), recorder, Token);
        new DenseTrainer(s_algebra).Train(other, Data(), Options(5), new Reporter(p => means.Add(p.Loss)), Token);

        var snapshots = recorder.Trajectory.Snapshots;
        Assert.Equal([2, 3, 4], snapshots.Select(s => s.Step));
        Assert.Equal(means[1..4], snapshots.Select(s => s.Loss!.Value));
        Assert.Equal(Read(recorder.Trajectory, 1)[0], snapshots[1].ValidationLoss);
        Assert.All(snapshots, s => Assert.True(s.Seconds > 0));
    }

    [Fact]
    public void Recorder_NaN_IsRefusedWithItsStep()
    {
        var network = Network();
        var recorder = new TrajectoryRecorder<float>(network, SnapshotCadence.Steps);
        network.Parameters.Span[3] = float.NaN;

        var error = Assert.Throws<NonFiniteDataException>(
            () => new DenseTrainer(s_algebra).TrainWatched(network, Data(), Options(1), recorder, Token));

        Assert.StartsWith("the snapshot of step 0", error.Message, StringComparison.Ordinal);
    }

    private static double Watch(
        DenseNetwork<float> network, int epochs, Func<TrainingMoment<float>, TrainingAction> observe, int batch = 20) =>
        new DenseTrainer(s_algebra).TrainWatched(
            network, Data(), Options(epochs) with { BatchSize = batch }, new Observer(observe), Token);

    private static float[] Read(ITrajectory trajectory, int index)
    {
        var values = new double[trajectory.Layout.Count];
        trajectory.Read(index, 0, values);
        return Array.ConvertAll(values, v => (float)v);
    }

    private static DenseNetwork<float> Network() =>
        new([2, 4, 1], seed: 3, new DenseInitialisation { Hidden = Activation.Tanh });

    private static TrainingOptions Options(int epochs) => new()
    {
        Epochs = epochs,
        BatchSize = 20,
        Seed = 5,
        Loss = new MeanSquared(),
        Optimizer = new AdamOptions { LearningRate = 0.01 },
    };

    private static TrainingSet<float> Data()
    {
        var random = new RandomState(6);
        float[] x = [.. Enumerable.Range(0, 100).Select(_ => (float)random.NextNormal())];
        return TrainingSet.OfTargets(x, 2, [.. x.Chunk(2).Select(p => p[0] * p[1])], 1);
    }

    private sealed class Observer(Func<TrainingMoment<float>, TrainingAction> observe) : ITrainingObserver<float>
    {
        public TrainingAction Observe(in TrainingMoment<float> moment) => observe(moment);
    }
}
