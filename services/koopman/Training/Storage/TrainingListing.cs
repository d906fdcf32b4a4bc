namespace KoopmanMesh.Koopman.Training.Storage;

/// <summary>A run as a list shows it.</summary>
/// <param name="Manifest">What it is.</param>
/// <param name="Snapshots">That ever came.</param>
/// <param name="Bytes">On disk.</param>
/// <param name="Verdict">Of the newest stream that its client closed; empty where snapshots came since.</param>
internal sealed record TrainingListing(TrainingManifest Manifest, long Snapshots, long Bytes, string Verdict);
