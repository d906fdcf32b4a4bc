namespace KoopmanMesh.Cli.Scaling.Model;

/// <summary>
/// Time and memory of a run on paper (docs/scaling.md derives every line): what many do at once is bounded by each
/// thing they share, and what follows comes after.
/// </summary>
internal sealed class MeshModel(MeshConstants constants)
{
    // Claim, complete, and to move the run on: read it, look around the piece, offer what is next.
    private const int StatementsPerPiece = 5;

    // Of a run, each of which changes its record, as each fit does.
    private const int Stages = 5;

    // How many reconciliations pass between two counts of the open work, which every process tells.
    private const int ReconciliationsPerCount = 3;

    public MeshPrediction Predict(MeshJob job, MeshSize mesh)
    {
        var inFlight = Math.Min(mesh.ShardsInFlight, job.Shards);
        var (capture, koopman) = (CaptureCpu(job), KoopmanCpu(job));
        var captures = Math.Min(mesh.Captures, inFlight);

        // A stream is one replica's: the widest component's streams of all shards are what can be shared out.
        var koopmans = Math.Min(mesh.Koopmans, Math.Max(1, inFlight * KoopmanRow(job) / WidestRow(job)));
        TimePart[] parts =
        [
            new("capture", capture / captures, Overlaps: true),
            new("koopman", koopman / koopmans, Overlaps: true),
            new("cores", mesh.SharedCores is { } cores ? (capture + koopman) / cores : 0, Overlaps: true),
            new("network", job.BytesPerRow * (double)job.Rows / mesh.NetworkBytesPerSecond
                / Math.Min(captures, koopmans), Overlaps: true),
            new("ledger", LedgerSeconds(job, mesh), Overlaps: true),
            new("run record", (Stages + job.Components) * constants.RunUpdate, Overlaps: true),
            new("broker", job.Pieces * constants.Event, Overlaps: true),
            new("volume", VolumeBytes(job) / mesh.VolumeBytesPerSecond, Overlaps: true),
            new("last merges", MergePath(job), Overlaps: false),
            new("fits", FitSeconds(job, mesh), Overlaps: false),
            new("score", job.Replicates * job.Components * constants.ScoreReplicate, Overlaps: false),
            new("dispatch", (3 + job.MergeLevels().Count) * constants.Dispatch, Overlaps: false),
        ];
        var open = Math.Min(inFlight, (long)MeshSize.ShardsAtOnce * mesh.Captures);
        return new MeshPrediction(job, mesh, parts, CaptureMemory(job), KoopmanMemory(job, mesh, open));
    }

    /// <summary>Core seconds of capture: verify, read, run, send.</summary>
    public double CaptureCpu(MeshJob job) => (job.Rows * CaptureRow(job)) + (job.Shards * constants.Piece);

    public double CaptureRow(MeshJob job) =>
        (job.Widths[0] * ((job.BytesPerInput * constants.LoadByte) + constants.ReadValue))
        + (job.FlopsPerRow * constants.NetworkFlop) + (job.BytesPerRow * constants.SendByte);

    /// <summary>Core seconds of koopman before the fits: receive, fold, store, and all merges.</summary>
    public double KoopmanCpu(MeshJob job) => (job.Rows * KoopmanRow(job))
        + (job.Shards * job.AccumulatorBytes * constants.StoreByte)
        + MergeSeconds(job) + (job.Merges * constants.Piece);

    public double KoopmanRow(MeshJob job) => job.JointWidths.Sum(StreamRow);

    private double WidestRow(MeshJob job) => job.JointWidths.Max(StreamRow);

    private double StreamRow(int width) =>
        (sizeof(float) * (double)width * constants.ReceiveByte) + constants.Fold.Seconds(width);

    /// <summary>
    /// Statements of each piece, and what it reads: its neighbours below and above it, the fits and the score. The run
    /// does not get what goes to heart-beats, to the one process that lists all work at each reconciliation, and to all
    /// processes that ask whether it is theirs and count what is open.
    /// </summary>
    private double LedgerSeconds(MeshJob job, MeshSize mesh)
    {
        var around = MeshJob.FanIn + (2 * job.Components) + 2;
        var needed = job.Pieces * ((StatementsPerPiece * constants.LedgerStatement) + (around * constants.LedgerItem));
        var leased = Math.Min(Math.Min(mesh.ShardsInFlight, job.Shards), (long)MeshSize.ShardsAtOnce * mesh.Captures);
        var beating = leased * constants.LedgerStatement / mesh.SecondsBetweenBeats;
        var reconciling = job.Pieces / 2.0 * constants.LedgerItem / mesh.ReconcileSeconds;
        var asking = mesh.Processes * constants.LedgerStatement
            * (1 + (1.0 / ReconciliationsPerCount)) / mesh.ReconcileSeconds;
        var left = 1 - beating - reconciling - asking;
        return left > 0 ? needed / left : double.PositiveInfinity;
    }

    private static double DataBytes(MeshJob job) => (double)job.Rows * job.Widths[0] * job.BytesPerInput;

    // Data and accumulators are written and read once.
    private static double VolumeBytes(MeshJob job) => (2 * DataBytes(job))
        + (2.0 * job.AccumulatorBytes * (job.Shards + (job.Merges / (double)job.Components)));

    private double MergeSeconds(MeshJob job) =>
        job.MergeLevels().Sum() * job.AccumulatorBytes * NodeSeconds();

    // What is left when the last shard is in: one node of each level, of the widest component.
    private double MergePath(MeshJob job) => job.MergeLevels().Count * Widest(job) * NodeSeconds();

    private double NodeSeconds() =>
        (MeshJob.FanIn * (constants.LoadByte + constants.MergeByte)) + constants.StoreByte;

    private double FitSeconds(MeshJob job, MeshSize mesh)
    {
        var summed = Math.Min(job.Shards, MeshJob.FanIn);
        var each = job.JointWidths.Select(width => constants.Fit.Seconds(width)).ToArray();
        var sums = summed * job.AccumulatorBytes * (constants.LoadByte + constants.MergeByte);
        return Math.Max(each.Max(), (each.Sum() + sums) / Math.Min(mesh.Koopmans, job.Components));
    }

    private static double Widest(MeshJob job) =>
        sizeof(double) * (double)job.Blocks * job.JointWidths.Max(width => (double)width * (width + 3) / 2);

    // The class of every row, where there are labels.
    private static double CaptureMemory(MeshJob job) => sizeof(int) * (double)job.Rows;

    private static double KoopmanMemory(MeshJob job, MeshSize mesh, long open) =>
        Math.Ceiling((double)open / mesh.Koopmans) * job.AccumulatorBytes;
}
