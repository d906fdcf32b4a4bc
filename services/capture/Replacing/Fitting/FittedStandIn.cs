namespace KoopmanMesh.Capture.Replacing.Fitting;

/// <summary>A stand-in as it is recorded; its file is an artifact of its own.</summary>
/// <param name="Lift">As asked for, or a baseline's role.</param>
/// <param name="AskedRank">0 is full.</param>
/// <param name="Rank">Of the coefficients.</param>
/// <param name="Observables">Of the lift.</param>
/// <param name="HeldOutError">||y - prediction|| / ||y - mean|| on rows held out of the fit.</param>
/// <param name="Operations">Of one row, written as nodes.</param>
/// <param name="Digest">Of its file.</param>
/// <param name="Warnings">About the fit, one sentence each.</param>
internal sealed record FittedStandIn(
    string Lift, int AskedRank, int Rank, int Observables, double HeldOutError, long Operations, string Digest,
    IReadOnlyList<string> Warnings);

/// <summary>All that was fitted for one region; stored as a JSON artifact.</summary>
/// <param name="Operations">Of the region itself, for one row.</param>
/// <param name="StandIns">Baselines last.</param>
/// <param name="Refusals">What could not be fitted or written, one sentence each.</param>
internal sealed record RegionFit(
    long Operations, IReadOnlyList<FittedStandIn> StandIns, IReadOnlyList<string> Refusals);
