using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>One replacement as the command line asks for it.</summary>
internal sealed record ReplaceSettings
{
    public required string Model { get; init; }

    public required string Data { get; init; }

    public string? Labels { get; init; }

    public required DataOptions DataOptions { get; init; }

    public Granularity Granularity { get; init; }

    public required ReplacementOptions Options { get; init; }

    /// <summary>The box as it was written; resolved when the command runs, for it may name a file.</summary>
    public string? Box { get; init; }

    /// <summary>Where the chosen hybrid goes.</summary>
    public required string Output { get; init; }

    /// <summary>The report beside it.</summary>
    public string Sidecar => Output + ".json";

    /// <summary>A folder for every hybrid of the front.</summary>
    public string? Front { get; init; }

    /// <summary>A folder for replacement.json and replacement.html.</summary>
    public string? Report { get; init; }

    /// <summary>Where runs are kept, so that one that was stopped goes on.</summary>
    public string? State { get; init; }

    public bool Json { get; init; }

    public MeshEndpoint? Endpoint { get; init; }

    /// <summary>What must not be overwritten.</summary>
    public IEnumerable<string?> Inputs => [Model, Data, Labels];
}
