using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Run.V1;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>One forecast of weights as the command line asks for it.</summary>
internal sealed record ForecastSettings
{
    public required string Run { get; init; }

    /// <summary>Snapshots ahead of the last one.</summary>
    public required long Steps { get; init; }

    public required ForecastOptions Options { get; init; }

    /// <summary>The network to try the weights in, if any.</summary>
    public string? Model { get; init; }

    public string? Data { get; init; }

    public string? Labels { get; init; }

    public required DataOptions DataOptions { get; init; }

    public required string Output { get; init; }

    public bool Json { get; init; }

    public MeshEndpoint? Endpoint { get; init; }
}
