using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Scaling;

/// <summary>One run of a study.</summary>
/// <param name="Rows">Of its job.</param>
/// <param name="Seconds">From submitting it to its end, as the client sees it.</param>
/// <param name="StageSeconds">Of those, by the stage that the run was in.</param>
/// <param name="Work">What the ledger has of it.</param>
internal sealed record ScaleTrial(
    long Rows, double Seconds, IReadOnlyDictionary<string, double> StageSeconds, IReadOnlyList<WorkPiece> Work);
