namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>How a stream of pairs is summed up. Shards to be merged need the same options. Immutable.</summary>
public sealed record SummaryOptions
{
    /// <summary>The default of <see cref="Blocks"/>.</summary>
    public const int DefaultBlocks = 20;

    /// <summary>The default of <see cref="BudgetBytes"/>.</summary>
    public const long DefaultBudgetBytes = 1L << 30;

    /// <summary>The default of <see cref="SketchColumns"/>.</summary>
    public const int DefaultSketchColumns = 128;

    /// <summary>How pairs are kept. Default <see cref="SummaryKind.Gram"/>.</summary>
    public SummaryKind Kind { get; init; } = SummaryKind.Gram;

    /// <summary>
    /// At most this many blocks of consecutive pairs, each with a summary of its own, ≥ 1. Default 20: enough to hold
    /// some out and to resample the others. 1 does neither and is the smallest.
    /// </summary>
    public int Blocks
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "a summary has at least 1 block");
    } = DefaultBlocks;

    /// <summary>
    /// Bytes that all blocks together may take; when they would take more there are fewer of them, but 2 if 2 were
    /// wanted. Default 1 GiB: 20 Gram blocks up to N = 1,295, 2 from N = 3,345 on.
    /// </summary>
    public long BudgetBytes
    {
        get;
        init => field = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "a budget of bytes is not negative");
    } = DefaultBudgetBytes;

    /// <summary>
    /// Pairs of the first, shortest blocks, ≥ 1. Neighbouring blocks share the states of q delays at their border, so
    /// it is at least q for pairs of delay vectors. Default 1.
    /// </summary>
    public int ShortestBlock
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "a block holds at least 1 pair");
    } = 1;

    /// <summary>k ≥ 2 directions that each block of a <see cref="SummaryKind.Sketch"/> keeps. Default 128.</summary>
    public int SketchColumns
    {
        get;
        init => field = value >= 2
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "a sketch keeps at least 2 directions");
    } = DefaultSketchColumns;

    /// <summary>Names the summary: "gram summary", "qr summary", "sketch of 128".</summary>
    public override string ToString() => Kind switch
    {
        SummaryKind.Gram => "gram summary",
        SummaryKind.Qr => "qr summary",
        _ => FormattableString.Invariant($"sketch of {SketchColumns}"),
    };
}
