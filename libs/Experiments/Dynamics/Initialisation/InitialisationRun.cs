using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Verdicts;
using KoopmanMesh.Numerics.Training.Windows;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Losses;

namespace KoopmanMesh.Experiments.Dynamics.Initialisation;

/// <summary>Trains one network from one start, full batch, and judges its beginning.</summary>
internal sealed class InitialisationRun(InitialisationOptions options, ILinearAlgebra algebra)
{
    /// <summary>Every how many epochs a window ends.</summary>
    public const int Hop = 5;

    public InitialisationResult Run(
        InitialisationProblem problem, (string Name, double Scale) kind, int seed, bool isDrawn,
        CancellationToken cancellationToken)
    {
        var (data, network) = (Data(problem), Start(kind.Scale, seed));
        var recorder = new TrajectoryRecorder<double>(network, SnapshotCadence.Epochs)
        {
            Annotate = (trained, snapshot) => snapshot with { Loss = Error(trained, data) },
        };
        var result = new InitialisationResult
        {
            Problem = problem.Name,
            Kind = kind.Name,
            Seed = seed,
            StartNorm = TensorPrimitives.Norm<double>(network.Parameters.Span),
            StartLoss = Error(network, data),
        };
        var isWhole = Train(network, data, problem, recorder, cancellationToken);
        return recorder.Trajectory.Snapshots.Count < options.Alarm.JudgedAt
            ? result
            : Judged(result, recorder.Trajectory, isWhole, isDrawn, cancellationToken);
    }

    private InitialisationResult Judged(
        InitialisationResult result, ITrajectory run, bool isWhole, bool isDrawn, CancellationToken cancellationToken)
    {
        var first = new TrajectoryRange(run, 0, options.Alarm.JudgedAt);
        var score = InitialisationAlarm.Score(first, options.Alarm, algebra, cancellationToken);
        result = result with
        {
            JudgedLoss = first.Snapshots[^1].Loss!.Value,
            LastLoss = isWhole ? run.Snapshots[^1].Loss!.Value : double.PositiveInfinity,
            Score = score,
        };
        return isDrawn ? Drawn(result, run, cancellationToken) : result;
    }

    private InitialisationResult Drawn(
        InitialisationResult result, ITrajectory run, CancellationToken cancellationToken)
    {
        var windows = new WindowOptions { Hop = Hop };
        var masses = Enumerable.Range(0, Math.Max(0, ((run.Snapshots.Count - windows.Snapshots) / Hop) + 1))
            .Select(i => Window(run, i * Hop, windows, cancellationToken).Statistics.NearOneMass).ToArray();
        var judged = Window(
            run, 0, windows with { Length = options.Alarm.JudgedAt - 1 }, cancellationToken);
        return result with
        {
            Loss = [.. run.Snapshots.Select(s => s.Loss!.Value)],
            Masses = masses,
            Real = [.. judged.Modes.Select(m => m.Eigenvalue.Real)],
            Imaginary = [.. judged.Modes.Select(m => m.Eigenvalue.Imaginary)],
        };
    }

    private TrainingWindow Window(
        ITrajectory run, int first, WindowOptions windows, CancellationToken cancellationToken) =>
        WindowAnalysis.Analyze(
            new TrajectoryRange(run, first, windows.Snapshots), windows, algebra, cancellationToken: cancellationToken);

    private bool Train(
        DenseNetwork<double> network, TrainingSet<double> data, InitialisationProblem problem,
        TrajectoryRecorder<double> recorder, CancellationToken cancellationToken)
    {
        var training = new TrainingOptions
        {
            Epochs = options.Epochs,
            BatchSize = data.Rows,
            Loss = new MeanSquared(),
            Optimizer = problem.Optimizer,
        };
        try
        {
            new DenseTrainer(algebra).TrainWatched(network, data, training, recorder, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is TrainingDivergedException or NonFiniteDataException)
        {
            return false;
        }
    }

    private DenseNetwork<double> Start(double scale, int seed) => new(
        options.Widths, (uint)seed,
        new DenseInitialisation
        {
            Hidden = Activation.Tanh,
            Scale = scale / Math.Sqrt(2),
            BiasDeviation = scale * options.BiasDeviation,
        });

    private TrainingSet<double> Data(InitialisationProblem problem)
    {
        var x = Enumerable.Range(0, options.Points).Select(i => (2.0 * i / (options.Points - 1)) - 1).ToArray();
        return TrainingSet.OfTargets(x, 1, Array.ConvertAll(x, problem.At), 1);
    }

    private double Error(DenseNetwork<double> network, TrainingSet<double> data)
    {
        var outputs = new double[data.Rows];
        network.Predict(algebra, data.Values, outputs);
        var distance = TensorPrimitives.Distance<double>(outputs, data.Targets.Span);
        return distance * distance / data.Rows;
    }
}
