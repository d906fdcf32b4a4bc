namespace KoopmanMesh.Contracts.Events;

/// <summary>A replacement run is accepted: its stand-ins can be fitted, combined, exported and bounded.</summary>
/// <param name="RunId">The run.</param>
public sealed record ReplacementPlanned(string RunId) : IRunEvent
{
    /// <inheritdoc/>
    public static string Topic => Topics.ReplacementPlanned;
}

/// <summary>What a replacement run found is in the artifact store; what is left is closing it.</summary>
/// <param name="RunId">The run.</param>
/// <param name="ReportDigest">SHA-256 of the stored report, hexadecimal.</param>
public sealed record ReplacementReported(string RunId, string ReportDigest) : IRunEnded
{
    /// <inheritdoc/>
    public static string Topic => Topics.ReplacementReported;
}
