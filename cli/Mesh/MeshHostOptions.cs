using Microsoft.Extensions.Logging;

namespace KoopmanMesh.Cli.Mesh;

/// <summary>How the services are hosted in one process.</summary>
internal sealed record MeshHostOptions
{
    /// <summary>TCP port on the loopback interface; 0 picks a free one.</summary>
    public required int Port { get; init; }

    /// <summary>Root of the artifact store and the ledger; null means the user's data folder.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Keep everything in a temporary folder that goes with the host.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>Least severe log entries written to standard error.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.None;
}
