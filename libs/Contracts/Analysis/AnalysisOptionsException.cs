namespace KoopmanMesh.Contracts.Analysis;

/// <summary>Analysis options out of their ranges; the message names every one.</summary>
/// <param name="violations">One sentence for each option.</param>
public sealed class AnalysisOptionsException(IReadOnlyList<string> violations)
    : ArgumentException(string.Join("; ", violations))
{
    /// <summary>One sentence for each option.</summary>
    public IReadOnlyList<string> Violations { get; } = violations;
}
