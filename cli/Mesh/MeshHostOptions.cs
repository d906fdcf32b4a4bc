using Microsoft.Extensions.Logging;

namespace KoopmanMesh.Cli.Mesh;

/// <summary>How the services are hosted in one process.</summary>
internal sealed record MeshHostOptions
{
    /// <summary>TCP port on the loopback interface; 0 picks a free one.</summary>
    public required int Port { get; init; }

    /// <summary>Addresses as <c>Hosting:Listen</c> has them, instead of <see cref="Port"/>; null for none.</summary>
    public string? Listen { get; init; }

    /// <summary>Settings that the command line states, by their configuration keys.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>
    /// For the command that started it only: whatever the environment says about certificates and tokens is meant for
    /// hosts that others use.
    /// </summary>
    public bool Private { get; init; }

    /// <summary>Root of the artifact store and the ledger; null means the user's data folder.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Keep everything in a temporary folder that goes with the host.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>Least severe log entries written to standard error.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.None;
}
