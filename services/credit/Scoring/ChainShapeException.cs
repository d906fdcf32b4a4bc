namespace KoopmanMesh.Credit.Scoring;

/// <summary>The parts of a chain don't fit together.</summary>
internal sealed class ChainShapeException(int component, string message) : Exception(message)
{
    /// <summary>0-based position of the component that does not fit.</summary>
    public int Component { get; } = component;
}
