namespace KoopmanMesh.Networks.Batches;

/// <summary>
/// Where a tensor of the rewritten graph has its rows, against the one-row dimensions S of the original.
/// </summary>
internal enum BatchPlace
{
    /// <summary>[rows * S0, S1, …]: the leading axis grows, row after row.</summary>
    Leading,

    /// <summary>[rows, S0, S1, …]: an axis was put in front.</summary>
    Prepended,

    /// <summary>Holds shapes, not data; only a Reshape target may come of it.</summary>
    Shape,
}
