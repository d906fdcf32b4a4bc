using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Run.V1;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>One question for depth as the command line asks it.</summary>
internal sealed record DepthSettings
{
    /// <summary>The network that maps the rows; null where the data is pairs.</summary>
    public string? Model { get; init; }

    /// <summary>One file, or two of pairs.</summary>
    public required IReadOnlyList<string> Data { get; init; }

    public required DataOptions DataOptions { get; init; }

    public required DepthHeader Header { get; init; }

    public bool Json { get; init; }

    public MeshEndpoint? Endpoint { get; init; }
}
