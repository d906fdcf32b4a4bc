using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.Capture.Capturing;

/// <summary>What capturing one shard found; stored as a JSON artifact.</summary>
/// <param name="Rows">Rows captured.</param>
/// <param name="Correct">Rows classified rightly; null without labels.</param>
/// <param name="ParityRows">Rows compared with the plain network.</param>
/// <param name="ParityDifference">max |probed - plain| / max |plain| over the network's outputs.</param>
/// <param name="ParityBitwise">Same bits.</param>
/// <param name="ReplayDifferences">The same for each component replayed by itself.</param>
/// <param name="EnergyLost">Share of each boundary's energy lost to compression; 0 where there is none.</param>
/// <param name="SnapshotBytes">Bytes sent to the koopman service.</param>
/// <param name="Seconds">Wall-clock time.</param>
internal sealed record ShardSummary(
    long Rows,
    long? Correct,
    long ParityRows,
    double ParityDifference,
    bool ParityBitwise,
    IReadOnlyList<double> ReplayDifferences,
    IReadOnlyList<double> EnergyLost,
    long SnapshotBytes,
    double Seconds);

/// <summary>A shard that was captured.</summary>
/// <param name="Summary">What capture found.</param>
/// <param name="Components">What the koopman service stored of each component.</param>
internal sealed record CapturedShard(ShardSummary Summary, IReadOnlyList<ShardComponent> Components);
