using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Koopman.Training.Storage;

/// <summary>A snapshot of a run as it is in memory: all but its values.</summary>
/// <param name="Index">From 0, over all snapshots that ever came.</param>
/// <param name="Snapshot">What is known of it.</param>
/// <param name="StretchStart">Index of the first snapshot after the last break: no window reaches before it.</param>
internal sealed record StoredSnapshot(long Index, Snapshot Snapshot, long StretchStart);
