namespace KoopmanMesh.Networks;

/// <summary>How many rows go through the network at once, and why.</summary>
public enum Batching
{
    /// <summary>
    /// The file leaves its batch axis free, and running rows together was checked to equal running them apart.
    /// </summary>
    Free,

    /// <summary>
    /// The file fixes its batch axis or has none; the graph was rewritten to a free one, and the result checked against
    /// the original on sample rows.
    /// </summary>
    Rewritten,

    /// <summary>The batch axis is fixed at one and can't be freed safely: rows run one at a time.</summary>
    RowByRow,

    /// <summary>
    /// There is no batch axis and none can be added safely: a row is one whole input tensor, run one at a time.
    /// </summary>
    None,
}
