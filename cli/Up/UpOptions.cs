namespace KoopmanMesh.Cli.Up;

/// <summary>What <c>koopmesh up</c> is to run.</summary>
internal sealed record UpOptions
{
    public required ReplicaCounts Replicas { get; init; }

    /// <summary>Where everything of this mesh lies.</summary>
    public required string Folder { get; init; }

    /// <summary>The endpoint's port on 127.0.0.1; 0 for a free one.</summary>
    public required int Port { get; init; }

    /// <summary>A Redis that runs already, host:port; null to start one.</summary>
    public string? Redis { get; init; }

    /// <summary>A PostgreSQL that runs already, as Npgsql is told of it; null to start one.</summary>
    public string? Postgres { get; init; }

    /// <summary>The program of the sidecars; null for daprd on PATH.</summary>
    public string? Sidecar { get; init; }

    /// <summary>Least severe log entries of the services.</summary>
    public required string LogLevel { get; init; }
}
