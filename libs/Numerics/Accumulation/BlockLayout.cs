namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// Which bootstrap block a row belongs to: stripes of <see cref="Stripe"/> rows go round over <see cref="Blocks"/>
/// blocks, so that every block is spread over the whole data set, whatever its order.
/// </summary>
/// <param name="Blocks">Number of blocks, at least 1.</param>
/// <param name="TotalRows">Rows of the data set, which every shard has to know alike.</param>
internal sealed record BlockLayout(int Blocks, long TotalRows)
{
    private const int LongestStripe = 256;

    /// <summary>Rows in a stripe: total / (4 blocks), within 1 and 256.</summary>
    public int Stripe { get; } = (int)Math.Clamp(TotalRows / (4L * Blocks), 1, LongestStripe);

    public int BlockOf(long row) => (int)(row / Stripe % Blocks);

    /// <summary>Rows from <paramref name="row"/> to the end of its stripe.</summary>
    public int RowsLeft(long row) => Stripe - (int)(row % Stripe);
}
