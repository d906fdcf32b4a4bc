namespace KoopmanMesh.Networks.Surgery;

/// <summary>How a stand-in is written into a network.</summary>
public sealed record HybridOptions
{
    /// <summary>What the new nodes' names begin with; the region's name most often. Default "stand_in".</summary>
    public string Name { get; init; } = "stand_in";

    /// <summary>Which operators may be added; the rest of the network stays as it is. Default: any.</summary>
    public OperatorProfile Profile { get; init; } = OperatorProfile.Any;
}
