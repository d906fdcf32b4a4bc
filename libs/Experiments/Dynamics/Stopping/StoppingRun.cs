using System.Numerics;
using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Verdicts;
using KoopmanMesh.Numerics.Training.Windows;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Optimizers;
using KoopmanMesh.Training.Schedules;

namespace KoopmanMesh.Experiments.Dynamics.Stopping;

/// <summary>Trains to the end of the budget, and asks the rules at every epoch where they would have stopped.</summary>
internal sealed class StoppingRun(ClassifierSplit data, StoppingOptions options, ILinearAlgebra algebra)
{
    /// <summary>The rule of methods P1.4 on the validation loss.</summary>
    public const string Rule = "P1.4, validation loss";

    /// <summary>The same rule on the training loss.</summary>
    public const string RuleOnTraining = "P1.4, training loss";

    /// <summary>Its spectral half.</summary>
    public const string Spectrum = "spectrum alone";

    /// <summary>Its other half.</summary>
    public const string Slope = "slope of the validation loss alone";

    /// <summary>Stops when the validation loss has not been lower for so many epochs.</summary>
    public static string Patience(int epochs) => $"patience of {epochs} epochs";

    public StoppingResult Run(int seed, StoppingSetting setting, CancellationToken cancellationToken)
    {
        var accuracies = new List<double>();
        var run = Train(seed, setting, accuracies, cancellationToken);
        var windows = Enumerable.Range(options.Windows.Length, run.Snapshots.Count - options.Windows.Length)
            .Select(end => (End: end, Window: Analyze(run, end, cancellationToken))).ToArray();
        var stops = Stops(run, windows);
        var validation = run.Snapshots.Select(s => s.ValidationLoss!.Value).ToArray();
        foreach (var epochs in options.Patience)
        {
            stops[Patience(epochs)] = WaitedFor(validation, epochs);
        }

        return new StoppingResult
        {
            Seed = seed,
            Setting = setting.Name,
            Loss = [.. run.Snapshots.Select(s => s.Loss ?? double.NaN)],
            ValidationLoss = validation,
            TestAccuracy = [.. accuracies],
            Windows = [.. windows.Select(w => Mark(w.End, w.Window))],
            Stops = stops,
            LimitAccuracy = LimitAccuracy(run, Array.Find(windows, w => w.End == stops[Rule]).Window, stops[Rule]),
        };
    }

    private ITrajectory Train(
        int seed, StoppingSetting setting, List<double> accuracies, CancellationToken cancellationToken)
    {
        var network = new DenseNetwork<float>(options.Widths, (uint)seed);
        var recorder = new TrajectoryRecorder<float>(network, SnapshotCadence.Epochs)
        {
            Annotate = (trained, snapshot) =>
            {
                accuracies.Add(data.Accuracy(trained, data.Test));
                return snapshot with { ValidationLoss = data.Loss(trained, data.Validation) };
            },
        };
        var training = new TrainingOptions
        {
            Epochs = setting.Epochs,
            BatchSize = options.Batch,
            Seed = (uint)seed,
            Optimizer = new SgdOptions { LearningRate = setting.Rate },
            Schedule = new StepRate(1, setting.Factor),
        };
        new DenseTrainer(algebra).TrainWatched(network, data.Training, training, recorder, cancellationToken);
        return recorder.Trajectory;
    }

    private TrainingWindow Analyze(ITrajectory run, int end, CancellationToken cancellationToken) =>
        WindowAnalysis.Analyze(
            new TrajectoryRange(run, end - options.Windows.Length, options.Windows.Snapshots), options.Windows, algebra,
            cancellationToken: cancellationToken);

    private Dictionary<string, int> Stops(ITrajectory run, (int End, TrainingWindow Window)[] windows)
    {
        var (first, last) = (run.Snapshots[0].ValidationLoss, run.Snapshots.Count - 1);
        var rule = new StopRule(options.Stop, first);
        var training = new StopRule(options.Stop, run.Snapshots[1].Loss);
        var (settled, flat) = (0, 0);
        var stops = new Dictionary<string, int>();
        foreach (var (end, window) in windows)
        {
            Note(stops, Rule, end, Stops(rule, window));
            Note(stops, RuleOnTraining, end, Stops(training, OnTraining(run, end, window)));
            settled = window.IsSettled(options.Stop) ? settled + 1 : 0;
            flat = -window.LossSlope <= options.Stop.LossSlope ? flat + 1 : 0;
            Note(stops, Spectrum, end, settled >= options.Stop.Patience);
            Note(stops, Slope, end, flat >= options.Stop.Patience);
        }

        foreach (var name in (string[])[Rule, RuleOnTraining, Spectrum, Slope])
        {
            stops.TryAdd(name, last);
        }

        return stops;
    }

    private static bool Stops(StopRule rule, TrainingWindow window) => rule.Observe(window).Verdict == StopVerdict.Stop;

    private static void Note(Dictionary<string, int> stops, string rule, int epoch, bool isReached)
    {
        if (isReached)
        {
            stops.TryAdd(rule, epoch);
        }
    }

    // The same window with the epochs' mean training losses, which begin with epoch 1.
    private TrainingWindow OnTraining(ITrajectory run, int end, TrainingWindow window)
    {
        var losses = Enumerable.Range(end - options.Windows.Length, options.Windows.Snapshots)
            .Select(i => run.Snapshots[Math.Max(i, 1)].Loss!.Value).ToArray();
        return window with { FirstLoss = losses[0], LastLoss = losses[^1], LossSlope = LossSlope.Of(losses) };
    }

    private static int WaitedFor(double[] losses, int patience)
    {
        var best = 0;
        for (var epoch = 1; epoch < losses.Length; epoch++)
        {
            best = losses[epoch] < losses[best] ? epoch : best;
            if (epoch - best >= patience)
            {
                return epoch;
            }
        }

        return losses.Length - 1;
    }

    private StoppingWindow Mark(int end, TrainingWindow window)
    {
        var moving = window.Modes.Where(m => Complex.Abs(m.Eigenvalue - 1) > options.Windows.Nearness).ToArray();
        return new StoppingWindow(
            end, window.Statistics.NearOneMass, window.Statistics.TransientMass / window.StateNorm,
            window.Unexplained, window.LossSlope!.Value,
            moving.Length == 0 ? double.NaN : Complex.Abs(moving[0].Eigenvalue));
    }

    private double LimitAccuracy(ITrajectory run, TrainingWindow? window, int end)
    {
        if (window is not { HasLimit: true })
        {
            return double.NaN;
        }

        var limit = window.Limit(
            new TrajectoryRange(run, end - options.Windows.Length, options.Windows.Snapshots));
        var network = new DenseNetwork<float>(options.Widths, seed: 0);
        TensorPrimitives.ConvertTruncating<double, float>(limit, network.Parameters.Span);
        return data.Accuracy(network, data.Test);
    }
}
