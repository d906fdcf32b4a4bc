using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Networks.Data;

namespace KoopmanMesh.Cli.Commands;

/// <summary>One bound as the command line asks for it.</summary>
internal sealed record BoundSettings
{
    public required string Original { get; init; }

    public required string Hybrid { get; init; }

    /// <summary>As BoxText reads it; null for the range of the data.</summary>
    public string? Box { get; init; }

    public string? Data { get; init; }

    public required DataSetOptions DataOptions { get; init; }

    public IReadOnlyList<BoundRegion> Regions { get; init; } = [];

    /// <summary>Points of the search; none for 0.</summary>
    public long Search { get; init; }

    public bool RandomOnly { get; init; }

    public ulong Seed { get; init; }

    public bool Json { get; init; }

    public MeshEndpoint? Endpoint { get; init; }
}
