using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Numerics.Training.Jumps;
using KoopmanMesh.Training.V1;
using JumpOptions = KoopmanMesh.Training.V1.JumpOptions;
using NumericsJumpOptions = KoopmanMesh.Numerics.Training.Jumps.JumpOptions;

namespace KoopmanMesh.Koopman.Training.Mapping;

/// <summary>Jumps between the contract and the numerics.</summary>
internal static class JumpMapping
{
    /// <summary>Where the jumps of a run stand, from what is written down of them.</summary>
    public static JumpController ToController(this TrainingRun run)
    {
        var controller = new JumpController(run.Manifest.Header.Jump.ToNumerics());
        foreach (var jump in run.Jumps)
        {
            (_, controller) = controller.Proposed(jump.FitSeconds)
                .Decide(jump.LossBefore, jump.LossAfter, jump.EvaluationSeconds);
        }

        return controller;
    }

    /// <summary>Null where nothing was decided.</summary>
    public static JumpReport? ToJumpReport(this TrainingRun run)
    {
        if (run.Jumps.Count == 0)
        {
            return null;
        }

        var controller = run.ToController();
        foreach (var (_, snapshot, _) in run.Snapshots(0, run.Ring.Count))
        {
            controller = snapshot.Seconds is { } seconds ? controller.Trained(seconds) : controller;
        }

        var accounts = controller.Accounts;
        var report = new JumpReport
        {
            Kept = accounts.Kept,
            Rejected = accounts.Rejected,
            SnapshotsSkipped = accounts.SnapshotsSkipped,
            FitSeconds = accounts.FitSeconds,
            EvaluationSeconds = accounts.EvaluationSeconds,
        };
        if (accounts.SavedSeconds is { } saved && accounts.NetSeconds is { } net)
        {
            (report.SavedSeconds, report.NetSeconds) = (saved, net);
        }

        return report;
    }

    private static NumericsJumpOptions ToNumerics(this JumpOptions options) => new()
    {
        Horizon = options.Horizon,
        LongestHorizon = options.LongestHorizon,
        Grow = options.Grow,
        Shrink = options.Shrink,
        Rest = options.Rest,
    };
}
