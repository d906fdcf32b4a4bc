using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Experiments.Dynamics.MnistForecast;

/// <summary>One network: trained by Adadelta, its weights predicted an epoch ahead in every way.</summary>
internal sealed class MnistForecastRun(ClassifierTask task, MnistForecastOptions options, ILinearAlgebra algebra)
{
    /// <summary>What has to be beaten: weights made of the window without any operator.</summary>
    public static IReadOnlyList<Predictor> Baselines { get; } = [Predictor.Standing, Predictor.Mean, Predictor.Line];

    public MnistForecastResult Run(int seed, Action<string> report, CancellationToken cancellationToken)
    {
        report("training");
        var (whole, fitted, seconds) = Train((uint)seed, cancellationToken);
        var truths = options.Horizons.ToDictionary(h => h, h => State(whole, fitted - 1 + h));
        var losses = truths.ToDictionary(pair => pair.Key, pair => task.Loss(pair.Value));
        var last = State(whole, fitted - 1);
        var cells = new List<ForecastCell>();
        foreach (var data in options.Data)
        {
            var window = new ThinnedTrajectory(
                new TrajectoryRange(whole, fitted - data.Steps, data.Steps), data.Stride, data.IsMean);
            int[] horizons = [.. options.Horizons.Where(h => h % data.Stride == 0)];
            foreach (var predictor in options.Predictors(window.Snapshots.Count))
            {
                report($"{data.Name}: {predictor.Name}");
                var prediction = predictor.Try(
                    window, [.. horizons.Select(h => (long)h / data.Stride)], algebra, cancellationToken);
                cells.AddRange(horizons.Select((horizon, i) => Cell(prediction?.Weights[i], truths[horizon], last) with
                {
                    Predictor = predictor.Name,
                    Data = data.Name,
                    Window = data.Steps,
                    Horizon = horizon,
                    OptimizerLoss = losses[horizon],
                    Seconds = prediction?.Seconds ?? double.NaN,
                    ReplacedSeconds = horizon * seconds,
                }));
            }
        }

        return new MnistForecastResult
        {
            Seed = seed,
            StepMicroseconds = 1e6 * seconds,
            FittedLoss = task.Loss(last),
            FittedAccuracy = task.Accuracy(last),
            OptimizerLoss = losses[options.Horizons[^1]],
            OptimizerAccuracy = task.Accuracy(truths[options.Horizons[^1]]),
            Cells = [.. cells],
        };
    }

    private ForecastCell Cell(double[]? weights, double[] truth, double[] last)
    {
        var cell = new ForecastCell
        {
            Predictor = "",
            Window = 0,
            Horizon = 0,
            OptimizerLoss = double.NaN,
            ReplacedSeconds = double.NaN,
        };

        // Weights may be finite where what a network makes of them is not: that is no smaller a failure.
        return weights is null || task.Loss(weights) is var loss && !double.IsFinite(loss) ? cell : cell with
        {
            Loss = loss,
            Accuracy = task.Accuracy(weights),
            ErrorToGrowth = ForecastCell.MedianErrorToGrowth(weights, truth, last),
        };
    }

    /// <summary>Snapshots from the burn-in's end to the last horizon, those fitted, seconds of a step.</summary>
    private (ITrajectory Whole, int Fitted, double StepSeconds) Train(uint seed, CancellationToken cancellationToken)
    {
        var epoch = (task.Training.Rows + options.Batch - 1) / options.Batch;
        var ahead = (options.Horizons[^1] + epoch - 1) / epoch;
        var network = task.Network(seed);
        var recorder = new TrajectoryRecorder<float>(network, SnapshotCadence.Steps)
        {
            First = (options.BurnIn * epoch) + 1,
            Last = ((options.BurnIn + options.Fitted) * epoch) + options.Horizons[^1],
        };
        new DenseTrainer(algebra).TrainWatched(
            network, task.Training,
            new TrainingOptions
            {
                Epochs = options.BurnIn + options.Fitted + ahead,
                BatchSize = options.Batch,
                Seed = seed,
                Optimizer = new AdadeltaOptions(),
            },
            recorder, cancellationToken);
        var seconds = recorder.Trajectory.Snapshots.Skip(1).Average(snapshot => snapshot.Seconds!.Value);
        return (recorder.Trajectory, options.Fitted * epoch, seconds);
    }

    private static double[] State(ITrajectory whole, int index)
    {
        var values = new double[whole.Layout.Count];
        whole.Read(index, 0, values);
        return values;
    }
}
