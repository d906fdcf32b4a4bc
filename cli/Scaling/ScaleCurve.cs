namespace KoopmanMesh.Cli.Scaling;

/// <summary>The trials of one job at every number of replicas, and what follows from them.</summary>
/// <param name="BaseRows">Of the job with one replica.</param>
/// <param name="SnapshotBytesPerRow">That go from capture to koopman.</param>
/// <param name="Weak">Whether the job grew with the replicas.</param>
/// <param name="Role">What was replicated.</param>
internal sealed record ScaleCurve(long BaseRows, long SnapshotBytesPerRow, bool Weak, ScaleRole Role)
{
    /// <summary>Points, fewest replicas first: these are what the others are held against.</summary>
    public IReadOnlyList<ScalePoint> Points(IReadOnlyDictionary<int, IReadOnlyList<ScaleTrial>> trials)
    {
        var ordered = trials.OrderBy(entry => entry.Key).ToArray();
        var (fewest, baseTrials) = (ordered[0].Key, ordered[0].Value);
        var baseSeconds = Median(baseTrials);
        return [.. ordered.Select(entry => Point(entry.Key, entry.Value, (double)entry.Key / fewest, baseSeconds))];
    }

    private ScalePoint Point(int replicas, IReadOnlyList<ScaleTrial> trials, double p, double baseSeconds)
    {
        var seconds = Median(trials);
        var speedUp = Weak
            ? ScalingLaw.ScaledSpeedUp(baseSeconds, seconds, p)
            : ScalingLaw.SpeedUp(baseSeconds, seconds);
        var serial = Weak ? ScalingLaw.ScaledSerialFraction(speedUp, p) : ScalingLaw.SerialFraction(speedUp, p);
        var work = trials.SelectMany(trial => trial.Work).ToArray();
        var rows = trials[0].Rows;
        var shares = ReplicaShare.Of(work);
        return new ScalePoint
        {
            Replicas = replicas,
            Rows = rows,
            BaseRows = BaseRows,
            Trials = [.. trials.Select(trial => trial.Seconds)],
            Seconds = Spread.Of([.. trials.Select(trial => trial.Seconds)]),
            RowsPerSecond = rows / seconds,
            SpeedUp = speedUp,
            Efficiency = ScalingLaw.Efficiency(speedUp, p),
            SerialFraction = double.IsNaN(serial) ? null : serial,
            SnapshotBytes = rows * SnapshotBytesPerRow,
            StageSeconds = StageMedians(trials),
            Stages = StageWork.Of(work),
            Shares = shares,
            Balance = Balance(shares, Role.Captures(replicas)),
        };
    }

    // A replica that did nothing is not in the ledger, but has its share of zero.
    private static double? Balance(IReadOnlyList<ReplicaShare> shares, int captures)
    {
        var rows = shares.Where(share => share.Rows > 0).Select(share => (double)share.Rows).ToArray();
        return rows.Length == 0
            ? null
            : ScalingLaw.Fairness([.. rows, .. new double[Math.Max(0, captures - rows.Length)]]);
    }

    private static Dictionary<string, double> StageMedians(IReadOnlyList<ScaleTrial> trials) => trials
        .SelectMany(trial => trial.StageSeconds.Keys)
        .Distinct()
        .ToDictionary(
            stage => stage,
            stage => Quantiles.Of([.. trials.Select(trial => trial.StageSeconds.GetValueOrDefault(stage))], 0.5));

    private static double Median(IReadOnlyList<ScaleTrial> trials) =>
        Quantiles.Of([.. trials.Select(trial => trial.Seconds)], 0.5);
}
