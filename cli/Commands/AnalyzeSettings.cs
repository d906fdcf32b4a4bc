using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>One analysis as the command line asks for it.</summary>
internal sealed record AnalyzeSettings
{
    public required string Model { get; init; }

    public required string Data { get; init; }

    public string? Labels { get; init; }

    public required DataOptions DataOptions { get; init; }

    public required AnalysisOptions Options { get; init; }

    public string? Output { get; init; }

    public bool Json { get; init; }

    public MeshEndpoint? Endpoint { get; init; }

    public bool EstimateOnly { get; init; }

    /// <summary>Where the report goes: with --json nowhere, unless asked for.</summary>
    public string? Folder => Output ?? (Json ? null : "koopmesh-report");
}
