namespace KoopmanMesh.Numerics.Training.Jumps;

/// <summary>What jumping cost, and what it brought.</summary>
public sealed record JumpAccounts
{
    /// <summary>Jumps that were kept.</summary>
    public int Kept { get; init; }

    /// <summary>Jumps that were rolled back.</summary>
    public int Rejected { get; init; }

    /// <summary>Snapshots that kept jumps stood for.</summary>
    public long SnapshotsSkipped { get; init; }

    /// <summary>Seconds in fits and predictions, of rejected jumps too.</summary>
    public double FitSeconds { get; init; }

    /// <summary>Seconds in which proposals were evaluated.</summary>
    public double EvaluationSeconds { get; init; }

    /// <summary>Snapshots that were trained for, with known seconds, and how long they took.</summary>
    public (long Snapshots, double Seconds) Trained { get; init; }

    /// <summary>
    /// Seconds that the skipped snapshots would have taken, by the mean of those trained for; null without one.
    /// </summary>
    public double? SavedSeconds =>
        Trained.Snapshots > 0 ? SnapshotsSkipped * (Trained.Seconds / Trained.Snapshots) : null;

    /// <summary>saved - fit - evaluation: negative where jumping cost more than it brought; null as saved.</summary>
    public double? NetSeconds => SavedSeconds - FitSeconds - EvaluationSeconds;
}
