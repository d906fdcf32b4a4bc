namespace KoopmanMesh.Capture.Runs;

/// <summary>The stages that capture puts a run into, as <c>RunStatus.stage</c> names them.</summary>
internal static class RunStages
{
    public const string Capture = "capture";
    public const string Fit = "fit";
    public const string Audit = "audit";
    public const string Done = "done";
}
