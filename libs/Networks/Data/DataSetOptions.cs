namespace KoopmanMesh.Networks.Data;

/// <summary>What to read of a data set, and how.</summary>
public sealed record DataSetOptions
{
    /// <summary>
    /// Multiplies every value, e.g. 1.0 / 255 for 8-bit pixels; computed in double, rounded once. Default 1.
    /// </summary>
    public double Scale { get; init; } = 1;

    /// <summary>Reads the first rows only; 0 (default) reads all.</summary>
    public long Limit { get; init; }

    /// <summary>
    /// The label's column in a CSV: from 1 at the left, from -1 at the right; 0 (default) when there is none.
    /// </summary>
    public int LabelColumn { get; init; }
}
