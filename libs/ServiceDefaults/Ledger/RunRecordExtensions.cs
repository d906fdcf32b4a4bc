using KoopmanMesh.Run.V1;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>Records as the outside sees them, and the changes that more than one service makes.</summary>
public static class RunRecordExtensions
{
    /// <summary>The run's status message.</summary>
    public static RunStatus ToStatus(this RunRecord run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new RunStatus
        {
            RunId = run.RunId,
            State = run.State,
            RowsCaptured = run.Progress.RowsCaptured,
            RowsTotal = run.Plan?.Rows ?? 0,
            ComponentsFitted = run.Operators.Count,
            ComponentsTotal = run.Plan?.Components ?? 0,
            InterventionsDone = run.Progress.InterventionsDone,
            InterventionsTotal = run.Progress.InterventionsTotal,
            RowsPerSecond = run.Progress.RowsPerSecond,
            Error = run.Error?.Message ?? "",
            ErrorReason = run.Error?.Reason ?? "",
            Stage = run.Stage,
            TraceId = run.TraceId,
            StepsDone = run.Progress.StepsDone,
            StepsTotal = run.Progress.StepsTotal,
        };
    }

    /// <summary>The run FAILED for a reason.</summary>
    public static RunRecord Failed(this RunRecord run, string reason, string message)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run with { State = RunState.Failed, Error = new RunError(reason, message) };
    }

    /// <summary>The run with what the ledger counts.</summary>
    internal static RunRecord Counted(this RunRecord run, long rows, double rowsPerSecond) =>
        run with { Progress = run.Progress with { RowsCaptured = rows, RowsPerSecond = rowsPerSecond } };
}
