namespace KoopmanMesh.Contracts.Analysis;

/// <summary>Analysis options out of their ranges; the message names every one.</summary>
public sealed class AnalysisOptionsException(string message) : ArgumentException(message);
