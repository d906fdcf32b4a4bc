using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>One hand-off as the command line asks for it.</summary>
internal sealed record HandOffSettings
{
    public required string Original { get; init; }

    public required string Hybrid { get; init; }

    public string? Data { get; init; }

    public required DataOptions DataOptions { get; init; }

    /// <summary>As it was written; resolved when the command runs, for it may name a file.</summary>
    public string? Box { get; init; }

    public required double Epsilon { get; init; }

    public int TimeoutSeconds { get; init; }

    public required string Output { get; init; }

    public MeshEndpoint? Endpoint { get; init; }

    /// <summary>What must not be overwritten.</summary>
    public IEnumerable<string?> Inputs => [Original, Hybrid, Data, File.Exists(Box) ? Box : null];
}
