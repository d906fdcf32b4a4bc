using System.Diagnostics;
using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Experiments.Dynamics.Trials;

/// <summary>One way to weights ahead of a window of snapshots.</summary>
/// <param name="Name">As tables show it.</param>
internal abstract record Predictor(string Name)
{
    /// <summary>The last weights: what anything has to beat.</summary>
    public static Predictor Standing { get; } = new StandingStill();

    /// <summary>The mean of the window's weights, as stochastic weight averaging takes it.</summary>
    public static Predictor Mean { get; } = new WindowMean();

    /// <summary>The last weights and as many steps of their least-squares slope over the window.</summary>
    public static Predictor Line { get; } = new StraightLine();

    /// <summary>Koopman operators of blocks of weights.</summary>
    public static Predictor Koopman(string name, ForecastOptions options) => new KoopmanOperators(name, options);

    /// <summary>The weights so many snapshots ahead of the last, for each of the numbers, and what it took.</summary>
    public Prediction Predict(
        ITrajectory window, IReadOnlyList<long> ahead, ILinearAlgebra algebra, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var weights = Weights(window, ahead, algebra, cancellationToken);
        return new Prediction(weights, watch.Elapsed.TotalSeconds);
    }

    /// <summary>The same; null where the prediction grew beyond what a double holds.</summary>
    public Prediction? Try(
        ITrajectory window, IReadOnlyList<long> ahead, ILinearAlgebra algebra, CancellationToken cancellationToken)
    {
        try
        {
            return Predict(window, ahead, algebra, cancellationToken);
        }
        catch (NonFiniteDataException)
        {
            return null;
        }
    }

    private protected abstract IReadOnlyList<double[]> Weights(
        ITrajectory window, IReadOnlyList<long> ahead, ILinearAlgebra algebra, CancellationToken cancellationToken);

    private static double[] Snapshot(ITrajectory window, int index)
    {
        var values = new double[window.Layout.Count];
        window.Read(index, 0, values);
        return values;
    }

    private sealed record KoopmanOperators(string Name, ForecastOptions Options) : Predictor(Name)
    {
        private protected override IReadOnlyList<double[]> Weights(
            ITrajectory window, IReadOnlyList<long> ahead, ILinearAlgebra algebra,
            CancellationToken cancellationToken) =>
            WeightForecast.Run(window, Options, ahead, algebra, null, cancellationToken).Weights;
    }

    private sealed record StandingStill() : Predictor("standing still")
    {
        private protected override IReadOnlyList<double[]> Weights(
            ITrajectory window, IReadOnlyList<long> ahead, ILinearAlgebra algebra,
            CancellationToken cancellationToken) =>
            [.. ahead.Select(_ => Snapshot(window, window.Snapshots.Count - 1))];
    }

    private sealed record WindowMean() : Predictor("mean of the window")
    {
        private protected override IReadOnlyList<double[]> Weights(
            ITrajectory window, IReadOnlyList<long> ahead, ILinearAlgebra algebra,
            CancellationToken cancellationToken)
        {
            var mean = Combine(window, _ => 1.0 / window.Snapshots.Count);
            return [.. ahead.Select(_ => mean)];
        }
    }

    private sealed record StraightLine() : Predictor("straight line")
    {
        private protected override IReadOnlyList<double[]> Weights(
            ITrajectory window, IReadOnlyList<long> ahead, ILinearAlgebra algebra,
            CancellationToken cancellationToken)
        {
            // The slope over m snapshots is sum (i - (m - 1) / 2) w_i / (m (m^2 - 1) / 12).
            double m = window.Snapshots.Count;
            var slope = Combine(window, i => (i - ((m - 1) / 2)) * 12 / (m * ((m * m) - 1)));
            var last = Snapshot(window, window.Snapshots.Count - 1);
            return [.. ahead.Select(steps => last.Zip(slope, (w, s) => w + (steps * s)).ToArray())];
        }
    }

    private static double[] Combine(ITrajectory window, Func<int, double> weight)
    {
        var (sum, values) = (new double[window.Layout.Count], new double[window.Layout.Count]);
        for (var i = 0; i < window.Snapshots.Count; i++)
        {
            window.Read(i, 0, values);
            TensorPrimitives.MultiplyAdd(values, weight(i), sum, sum);
        }

        return sum;
    }
}

/// <summary>Weights ahead.</summary>
/// <param name="Weights">One set for each number of steps.</param>
/// <param name="Seconds">For all of them together, fit included.</param>
internal sealed record Prediction(IReadOnlyList<double[]> Weights, double Seconds);
