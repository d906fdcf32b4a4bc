using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Numerics.Storage.Arrays;

namespace KoopmanMesh.Cli.Commands;

/// <summary>One prediction as the command line asks for it.</summary>
internal sealed record PredictSettings
{
    public required string Operator { get; init; }

    public required string From { get; init; }

    public required long Steps { get; init; }

    public string? Inputs { get; init; }

    public required string Output { get; init; }

    public SnapshotAxis Axis { get; init; }

    public bool Json { get; init; }

    public MeshEndpoint? Endpoint { get; init; }
}
