using System.Diagnostics;
using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Experiments.Dynamics.Hamiltonian;

/// <summary>One network: trained, its weights predicted from windows, the predictions held against what came.</summary>
internal sealed class HamiltonianRun(HamiltonianOptions options, ILinearAlgebra algebra)
{
    /// <summary>Steps from one kept loss to the next.</summary>
    public const int LossStride = 250;

    /// <summary>The paper's: no constant, MATLAB's pinv, nothing clipped.</summary>
    public const string Published = "as published";

    /// <summary>An affine row, and no eigenvalue beyond 1.</summary>
    public const string Affine = "affine, clipped";

    /// <summary>An affine row alone.</summary>
    public const string Unclipped = "affine, not clipped";

    private static readonly Predictor[] _predictors =
    [
        Predictor.Koopman(Published, new ForecastOptions
        {
            HasConstant = false,
            RelativeTolerance = 2.2e-12,
            Clip = double.PositiveInfinity,
        }),
        Predictor.Koopman(Affine, new ForecastOptions()),
        Predictor.Koopman("affine, clipped, 1e-6", new ForecastOptions { RelativeTolerance = 1e-6 }),
        Predictor.Koopman(Unclipped, new ForecastOptions { Clip = double.PositiveInfinity }),
        Predictor.Line,
        Predictor.Mean,
        Predictor.Standing,
    ];

    /// <summary>Names of the predictors, in the order of the tables.</summary>
    public static IReadOnlyList<string> Predictors { get; } = [.. _predictors.Select(p => p.Name)];

    public HamiltonianResult Run(
        int seed, (string Name, OptimizerOptions Options, bool Perturbed) optimizer,
        CancellationToken cancellationToken)
    {
        var trainer = new OscillatorTrainer(algebra, optimizer.Options, (uint)seed, optimizer.Perturbed);
        var losses = new List<double>();
        for (var step = 0; step < options.BurnIn; step++)
        {
            Step(trainer, step, losses, cancellationToken);
        }

        var columns = new Matrix((int)trainer.Layout.Count, options.Fitted + options.Horizons[^1]);
        var watch = new Stopwatch();
        for (var j = 0; j < columns.Columns; j++)
        {
            watch.Start();
            Step(trainer, options.BurnIn + j, losses, cancellationToken);
            watch.Stop();
            trainer.Parameters.CopyTo(columns.Column(j));
        }

        var seconds = watch.Elapsed.TotalSeconds / columns.Columns;
        var (last, truth) = (State(columns, 0), State(columns, options.Horizon));
        var published = _predictors[0].Predict(
            Window(columns, trainer, options.Window), [options.Horizon], algebra, cancellationToken).Weights[0];
        return new HamiltonianResult
        {
            Seed = seed,
            Optimizer = optimizer.Name,
            StepMicroseconds = 1e6 * seconds,
            Losses = [.. losses],
            FittedLoss = trainer.Loss(last),
            SolutionError = trainer.SolutionError(last),
            Cells = [.. Cells(trainer, columns, seconds, cancellationToken)],
            Growth = [.. truth.Zip(last, (a, b) => a - b)],
            Error = [.. published.Zip(truth, (a, b) => a - b)],
        };
    }

    private static void Step(
        OscillatorTrainer trainer, int step, List<double> losses, CancellationToken cancellationToken)
    {
        var loss = trainer.Step();
        if (step % LossStride == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            losses.Add(double.IsFinite(loss) ? loss : throw new TrainingDivergedException(step, loss));
        }
    }

    private double[] State(Matrix columns, int ahead) => columns.Column(options.Fitted + ahead - 1).ToArray();

    private TrajectoryRange Window(Matrix columns, OscillatorTrainer trainer, int window) =>
        new(new MatrixTrajectory(columns, trainer.Layout), options.Fitted - window, window);

    private IEnumerable<ForecastCell> Cells(
        OscillatorTrainer trainer, Matrix columns, double stepSeconds, CancellationToken cancellationToken)
    {
        var truths = options.Horizons.ToDictionary(h => h, h => State(columns, h));
        var losses = truths.ToDictionary(pair => pair.Key, pair => trainer.Loss(pair.Value));
        foreach (var size in options.Windows)
        {
            var window = Window(columns, trainer, size);
            foreach (var predictor in _predictors)
            {
                // Each horizon alone, so that its time is what a trainer would wait for it.
                foreach (var horizon in options.Horizons)
                {
                    var cell = new ForecastCell
                    {
                        Predictor = predictor.Name,
                        Window = size,
                        Horizon = horizon,
                        OptimizerLoss = losses[horizon],
                        ReplacedSeconds = stepSeconds * horizon,
                    };
                    yield return predictor.Try(window, [horizon], algebra, cancellationToken) is { } prediction
                        ? cell with
                        {
                            Loss = trainer.Loss(prediction.Weights[0]),
                            ErrorToGrowth = ForecastCell.MedianErrorToGrowth(
                                prediction.Weights[0], truths[horizon], State(columns, 0)),
                            Seconds = prediction.Seconds,
                        }
                        : cell;
                }
            }
        }
    }
}
