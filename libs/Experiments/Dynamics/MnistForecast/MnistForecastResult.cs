using KoopmanMesh.Experiments.Dynamics.Trials;

namespace KoopmanMesh.Experiments.Dynamics.MnistForecast;

/// <summary>What one network gave.</summary>
internal sealed record MnistForecastResult
{
    public required int Seed { get; init; }

    /// <summary>Microseconds of a step.</summary>
    public required double StepMicroseconds { get; init; }

    /// <summary>Training loss and test accuracy at the window's last step.</summary>
    public required double FittedLoss { get; init; }

    public required double FittedAccuracy { get; init; }

    /// <summary>The same of the optimizer at the last horizon.</summary>
    public required double OptimizerLoss { get; init; }

    public required double OptimizerAccuracy { get; init; }

    public required ForecastCell[] Cells { get; init; }
}
