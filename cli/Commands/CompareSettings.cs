using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>One comparison of training runs as the command line asks for it.</summary>
internal sealed record CompareSettings
{
    public required string First { get; init; }

    public required string Second { get; init; }

    /// <summary>The options, still of no runs.</summary>
    public required CompareTrainingsRequest Request { get; init; }

    public bool Json { get; init; }

    public MeshEndpoint? Endpoint { get; init; }
}
