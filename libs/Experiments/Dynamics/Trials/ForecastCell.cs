using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Statistics;

namespace KoopmanMesh.Experiments.Dynamics.Trials;

/// <summary>What one predictor made of one window at one horizon.</summary>
internal sealed record ForecastCell
{
    /// <summary>The predictor's name.</summary>
    public required string Predictor { get; init; }

    /// <summary>What the window's snapshots are, e.g. "every 7th step"; empty for all steps.</summary>
    public string Data { get; init; } = "";

    /// <summary>Steps of training that the window spans.</summary>
    public required int Window { get; init; }

    /// <summary>Steps of training ahead.</summary>
    public required int Horizon { get; init; }

    /// <summary>
    /// Loss at the predicted weights; infinite where the prediction grew beyond all bounds, or so far that a network of
    /// these weights gives NaN.
    /// </summary>
    public double Loss
    {
        get;
        init => field = double.IsNaN(value) ? double.PositiveInfinity : value;
    } = double.PositiveInfinity;

    /// <summary>Fraction right on the test rows, where there are any.</summary>
    public double Accuracy { get; init; } = double.NaN;

    /// <summary>Loss of the optimizer at the same step.</summary>
    public required double OptimizerLoss { get; init; }

    /// <summary>median|predicted - true| / median|true - last| (methods P3.5): below 1 beats standing still.</summary>
    public double ErrorToGrowth { get; init; } = double.PositiveInfinity;

    /// <summary>Seconds of the prediction, fit included; NaN where there is none.</summary>
    public double Seconds { get; init; } = double.NaN;

    /// <summary>Seconds of the optimizer's steps that it stands for.</summary>
    public required double ReplacedSeconds { get; init; }

    /// <summary>The loss in those of the optimizer.</summary>
    public double Ratio => Loss / OptimizerLoss;

    /// <summary>At most 5 % above the optimizer's loss.</summary>
    public bool IsComparable => Ratio <= 1.05;

    /// <summary>How many times faster than the steps it stands for.</summary>
    public double Speedup => ReplacedSeconds / Seconds;

    /// <summary>median|predicted - true| / median|true - last|.</summary>
    public static double MedianErrorToGrowth(
        ReadOnlySpan<double> predicted, ReadOnlySpan<double> truth, ReadOnlySpan<double> last) =>
        MedianDistance(predicted, truth) / MedianDistance(truth, last);

    private static double MedianDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var distance = new double[a.Length];
        TensorPrimitives.Subtract(a, b, distance);
        TensorPrimitives.Abs(distance, distance);
        return Quantiles.At(distance, 0.5);
    }
}
