namespace KoopmanMesh.Contracts.Events;

/// <summary>A component's operator is in the artifact store.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Component">0-based component.</param>
/// <param name="Components">Components of the run.</param>
/// <param name="Digest">SHA-256 of the stored operator, hexadecimal.</param>
public sealed record OperatorFitted(string RunId, int Component, int Components, string Digest) : IRunEvent
{
    /// <inheritdoc/>
    public static string Topic => Topics.OperatorFitted;
}
