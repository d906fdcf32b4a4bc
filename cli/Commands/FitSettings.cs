using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Numerics.Storage.Arrays;
using KoopmanMesh.Operator.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>One fit as the command line asks for it.</summary>
internal sealed record FitSettings
{
    public required string States { get; init; }

    /// <summary>The successors of <see cref="States"/>: then the data is pairs.</summary>
    public string? Successors { get; init; }

    public string? Inputs { get; init; }

    public string? Times { get; init; }

    public SnapshotAxis Axis { get; init; }

    public double TimeStep { get; init; }

    public required FitOptions Options { get; init; }

    public SummaryKind Summary { get; init; }

    public string? Output { get; init; }

    /// <summary>What it reads, each perhaps followed by a colon and the name of an array.</summary>
    public IEnumerable<string?> Files => [States, Successors, Inputs, Times];

    public bool Json { get; init; }

    public MeshEndpoint? Endpoint { get; init; }
}
