namespace KoopmanMesh.Networks.Execution;

/// <summary>How a <see cref="NetworkSession"/> runs.</summary>
public sealed record NetworkSessionOptions
{
    /// <summary>Threads for one operator. Default 0: as many as there are cores.</summary>
    public int Threads { get; init; }

    /// <summary>Cuts to be returned beside the network's output, by tensor name. Default: none.</summary>
    public IReadOnlyList<string> Probes { get; init; } = [];
}
