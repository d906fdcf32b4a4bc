namespace KoopmanMesh.Contracts.Events;

/// <summary>The run's credits and audit are in the artifact store; what is left is closing it.</summary>
/// <param name="RunId">The run.</param>
/// <param name="ReportDigest">SHA-256 of the stored report, hexadecimal.</param>
public sealed record RunScored(string RunId, string ReportDigest) : IRunEnded
{
    /// <inheritdoc/>
    public static string Topic => Topics.RunScored;
}

/// <summary>The run cannot go on.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Reason">UPPER_SNAKE reason, stable for programs.</param>
/// <param name="Error">One sentence for people.</param>
public sealed record RunFailed(string RunId, string Reason, string Error) : IRunEnded
{
    /// <inheritdoc/>
    public static string Topic => Topics.RunFailed;
}

/// <summary>Somebody cancelled the run.</summary>
/// <param name="RunId">The run.</param>
public sealed record RunCancelled(string RunId) : IRunEnded
{
    /// <inheritdoc/>
    public static string Topic => Topics.RunCancelled;
}
