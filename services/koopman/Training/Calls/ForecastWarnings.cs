using KoopmanMesh.Koopman.Training.Mapping;
using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Training.Calls;

/// <summary>What limits the meaning of a forecast.</summary>
internal static class ForecastWarnings
{
    public static IEnumerable<TrainingWarning> Of(ITrajectory snapshots, ForecastSummary summary)
    {
        var fitted = snapshots.Snapshots.Skip(snapshots.Snapshots.Count - summary.Snapshots);
        if (LearningRateJump.In(fitted) is { } jump)
        {
            yield return Warning("LEARNING_RATE_JUMP", jump.Step, FormattableString.Invariant(
                $"the learning rate goes from {jump.From} to {jump.To} within the snapshots that were fitted: they ")
                + "mix two dynamics");
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
