using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>One pruning as the command line asks for it.</summary>
internal sealed record PruneSettings
{
    public required string Run { get; init; }

    /// <summary>What to prune, still of no run.</summary>
    public required PruneRequest Request { get; init; }

    public required string Output { get; init; }

    public bool Json { get; init; }

    public MeshEndpoint? Endpoint { get; init; }
}
