using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Scaling;
using KoopmanMesh.Cli.Scaling.Model;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>One study of scaling as the command line asks for it.</summary>
internal sealed record ScaleSettings
{
    public required IReadOnlyList<int> Replicas { get; init; }

    public required IReadOnlyList<long> Rows { get; init; }

    public ScaleRole Role { get; init; }

    public bool Weak { get; init; }

    public int Repeats { get; init; }

    /// <summary>Null: a demo network of <see cref="DemoWidths"/>.</summary>
    public string? Model { get; init; }

    public string? Data { get; init; }

    public required IReadOnlyList<int> DemoWidths { get; init; }

    public required DataOptions DataOptions { get; init; }

    public required AnalysisOptions Options { get; init; }

    public long ShardRows { get; init; }

    /// <summary>Measure nothing: say what the model says.</summary>
    public bool Predict { get; init; }

    /// <summary>Of the meshes predicted; 0: the default.</summary>
    public int ShardsInFlight { get; init; }

    /// <summary>That all replicas predicted share; 0: each has its own.</summary>
    public int Cores { get; init; }

    /// <summary>Of the volume of the meshes predicted, GB/s; 0: the default.</summary>
    public double VolumeGigabytes { get; init; }

    /// <summary>Running meshes, one for each number of replicas; empty: they are started here.</summary>
    public required IReadOnlyList<MeshEndpoint> Endpoints { get; init; }

    /// <summary>The sidecar program of meshes that are started here; null: daprd.</summary>
    public string? Sidecar { get; init; }

    public string? Output { get; init; }

    public bool Json { get; init; }

    /// <summary>Where the report goes: with --json nowhere, unless asked for.</summary>
    public string? Folder => Output ?? (Json ? null : "koopmesh-report");
}
