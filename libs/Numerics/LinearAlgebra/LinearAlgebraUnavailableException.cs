namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>The linear algebra that was asked for is not installed on this machine.</summary>
public sealed class LinearAlgebraUnavailableException(string choice, string reason)
    : Exception($"linear algebra \"{choice}\" is not available: {reason}")
{
    /// <summary>What was asked for.</summary>
    public string Choice { get; } = choice;
}
