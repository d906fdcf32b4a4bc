using System.Diagnostics;
using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Pruning;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Windows;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Experiments.Dynamics.Pruning;

/// <summary>Trains a network to a stage, ranks its weights in every way, prunes and freezes by each.</summary>
internal sealed class PruningRun(ClassifierSplit data, PruningOptions options, ILinearAlgebra algebra)
{
    private int Steps => (data.Training.Rows + options.Batch - 1) / options.Batch;

    public PruningStage Run(int seed, int epochs, CancellationToken cancellationToken)
    {
        var network = new DenseNetwork<float>(options.Widths, (uint)seed);
        var last = (long)epochs * Steps;
        var recorder = new TrajectoryRecorder<float>(network, SnapshotCadence.Steps, options.Stride)
        {
            First = last - (last % options.Stride) - ((options.Window.Snapshots - 1L) * options.Stride),
        };
        new DenseTrainer(algebra).TrainWatched(
            network, data.Training, Training(epochs, seed, null), recorder, cancellationToken);
        var watch = Stopwatch.StartNew();
        var window = WindowAnalysis.Analyze(
            recorder.Trajectory, options.Window, algebra, cancellationToken: cancellationToken);
        var koopman = KoopmanPruning.Score(recorder.Trajectory, window, 1, algebra, cancellationToken);
        var fit = watch.Elapsed.TotalSeconds;
        var loose = WindowAnalysis.Analyze(
            recorder.Trajectory, options.Loose, algebra, cancellationToken: cancellationToken);
        var moving = KoopmanPruning.Score(recorder.Trajectory, loose, 1, algebra, cancellationToken);
        var (trainedOn, seconds) = TrainOn(network, seed, null, cancellationToken);
        var limit = KoopmanPruning.Score(recorder.Trajectory, window, 0, algebra, cancellationToken);
        var ranks = Ranks(recorder.Trajectory, [koopman, limit, moving], seed);
        return new PruningStage
        {
            Seed = seed,
            Epochs = epochs,
            Accuracy = Accuracy(network),
            TrainedOn = trainedOn,
            Transients = window.Modes.Length - window.Statistics.NearOne,
            Unexplained = window.Unexplained,
            LooseTransients = loose.Modes.Length - loose.Statistics.NearOne,
            LooseUnexplained = loose.Unexplained,
            FitSeconds = fit,
            EpochSeconds = seconds,
            Cells = Cells(network, ranks, seed, cancellationToken),
            Freezing = Freezing(network, koopman, moving, ranks[^1].Scores, (seed, cancellationToken)),
        };
    }

    private static (string Method, PruningScores Scores)[] Ranks(ITrajectory run, PruningScores[] koopman, int seed)
    {
        var (mean, spread) = Moments(run);
        var random = new RandomState((uint)seed);
        var draws = new float[run.Layout.Count];
        foreach (ref var draw in draws.AsSpan())
        {
            draw = (float)random.NextDouble();
        }

        return
        [
            (PruningReport.Magnitude, KoopmanPruning.Magnitudes(run, run.Snapshots.Count - 1)),
            (PruningReport.Koopman, koopman[0]),
            (PruningReport.Limit, koopman[1]),
            (PruningReport.Loose, koopman[2]),
            (PruningReport.Mean, new PruningScores(run.Layout, 0, mean, default)),
            (PruningReport.Spread, new PruningScores(run.Layout, 0, WithSpread(mean, spread, koopman[2]), default)),
            (PruningReport.Random, new PruningScores(run.Layout, 0, draws, default)),
        ];
    }

    private PruningCell[] Cells(
        DenseNetwork<float> network, (string Method, PruningScores Scores)[] ranks, int seed,
        CancellationToken cancellationToken)
    {
        var cells = new List<PruningCell>();
        foreach (var fraction in options.Fractions)
        {
            var magnitude = KoopmanPruning.Mask(ranks[0].Scores, fraction);
            foreach (var (method, scores) in ranks)
            {
                var mask = KoopmanPruning.Mask(scores, fraction);
                var kept = ParameterMask.Keeping(Array.ConvertAll(mask.Keep.ToArray(), keep => keep == 1));
                var pruned = DenseNetwork.From(network.Layers);
                kept.Apply(pruned.Parameters.Span);
                cells.Add(new PruningCell(
                    method, fraction, Accuracy(pruned), TrainOn(pruned, seed, kept, cancellationToken).Accuracy,
                    mask.OverlapWith(magnitude)));
            }
        }

        return [.. cells];
    }

    private FreezingCell[] Freezing(
        DenseNetwork<float> network, PruningScores koopman, PruningScores moving, PruningScores random,
        (int Seed, CancellationToken CancellationToken) run)
    {
        return
        [
            Freeze("rule, trusted pairs", Array.ConvertAll(KoopmanPruning.Frozen(koopman), frozen => frozen == 0)),
            Freeze("rule, loose pairs", Array.ConvertAll(KoopmanPruning.Frozen(moving), frozen => frozen == 0)),
            Freeze("half with the smallest t, loose pairs", LargerHalf(moving.Transients.Span)),
            Freeze("a random half", LargerHalf(random.Scores.Span)),
        ];

        FreezingCell Freeze(string name, bool[] trained)
        {
            // With all parameters at rest nothing is trained.
            var fraction = trained.Count(isTrained => !isTrained) / (double)trained.Length;
            var accuracy = fraction == 1
                ? Accuracy(network)
                : TrainOn(network, run.Seed, ParameterMask.Training(trained), run.CancellationToken).Accuracy;
            return new FreezingCell(name, fraction, accuracy);
        }
    }

    // A copy is trained.
    private (double Accuracy, double Seconds) TrainOn(
        DenseNetwork<float> network, int seed, ParameterMask? mask, CancellationToken cancellationToken)
    {
        var copy = DenseNetwork.From(network.Layers);
        var watch = Stopwatch.StartNew();
        new DenseTrainer(algebra).Train(
            copy, data.Training, Training(options.FineTuning, seed + 1, mask), null, cancellationToken);
        var seconds = watch.Elapsed.TotalSeconds / options.FineTuning;
        return (Accuracy(copy), seconds);
    }

    private TrainingOptions Training(int epochs, int seed, ParameterMask? mask) => new()
    {
        Epochs = epochs,
        BatchSize = options.Batch,
        Seed = (uint)seed,
        Optimizer = new SgdOptions { LearningRate = options.Rate },
        Mask = mask,
    };

    private double Accuracy(DenseNetwork<float> network) => data.Accuracy(network, data.Test);

    // |mean| and standard deviation of every parameter over the window.
    private static (float[] Mean, float[] Spread) Moments(ITrajectory run)
    {
        var values = new double[run.Layout.Count];
        var (sum, squares) = (new double[values.Length], new double[values.Length]);
        for (var i = 0; i < run.Snapshots.Count; i++)
        {
            run.Read(i, 0, values);
            TensorPrimitives.Add(sum, values, sum);
            TensorPrimitives.MultiplyAdd(values, values, squares, squares);
        }

        var count = run.Snapshots.Count;
        var mean = Array.ConvertAll(sum, total => (float)Math.Abs(total / count));
        return (mean, [.. squares.Select((square, i) =>
            (float)Math.Sqrt(Math.Max(0, (square / count) - (sum[i] * sum[i] / count / count))))]);
    }

    // As much spread as the modes have transients, over all parameters.
    private static float[] WithSpread(float[] mean, float[] spread, PruningScores koopman)
    {
        var weight = TensorPrimitives.Sum(koopman.Transients.Span) / TensorPrimitives.Sum<float>(spread);
        var scores = new float[mean.Length];
        TensorPrimitives.MultiplyAdd(spread, weight, mean, scores);
        return scores;
    }

    private static bool[] LargerHalf(ReadOnlySpan<float> values)
    {
        var order = Enumerable.Range(0, values.Length).ToArray();
        Array.Sort(values.ToArray(), order);
        var isLarge = new bool[values.Length];
        foreach (var i in order.AsSpan(values.Length / 2))
        {
            isLarge[i] = true;
        }

        return isLarge;
    }
}
