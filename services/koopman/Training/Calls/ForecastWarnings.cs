using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Training.Calls;

/// <summary>What limits the meaning of a forecast.</summary>
internal static class ForecastWarnings
{
    private const double LearningRateChange = 0.01;

    public static IEnumerable<TrainingWarning> Of(ITrajectory snapshots, ForecastSummary summary)
    {
        var fitted = snapshots.Snapshots.Skip(snapshots.Snapshots.Count - summary.Snapshots);
        double? first = null;
        foreach (var snapshot in fitted)
        {
            first ??= snapshot.LearningRate;
            if (snapshot.LearningRate is { } rate && Math.Abs(rate - first!.Value) > LearningRateChange * first.Value)
            {
                yield return Warning("LEARNING_RATE_JUMP", snapshot.Step, FormattableString.Invariant(
                    $"the learning rate goes from {first} to {rate} within the snapshots that were fitted: they ")
                    + "mix two dynamics");
                break;
            }
        }

        if (summary.Held > 0)
        {
            yield return Warning(
                "BLOCKS_HELD", summary.FromStep,
                $"{summary.Held} of {summary.Blocks} blocks stay at the last snapshot: their eigenvectors are too "
                + "nearly dependent to be clipped");
        }
    }

    private static TrainingWarning Warning(string reason, long step, string text) =>
        new() { Reason = reason, Step = step, Text = text };
}
