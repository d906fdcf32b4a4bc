using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>One analysis of a training run as the command line asks for it.</summary>
internal sealed record TrajectorySettings
{
    public required string Run { get; init; }

    public string? Losses { get; init; }

    /// <summary>Runs to calibrate the alarm on.</summary>
    public IReadOnlyList<string> NullRuns { get; init; } = [];

    /// <summary>The options, still without a layout.</summary>
    public required TrainingHeader Header { get; init; }

    /// <summary>The report's folder, if any.</summary>
    public string? Output { get; init; }

    public bool Json { get; init; }

    public MeshEndpoint? Endpoint { get; init; }
}
