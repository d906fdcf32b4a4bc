namespace KoopmanMesh.Networks;

/// <summary>
/// Where a float32 tensor keeps its rows. A batch of m rows is row-major with the rows contiguous and in order, so it
/// is always an [m, <see cref="Width"/>] matrix, whatever its own rank.
/// </summary>
/// <param name="Name">The tensor's name in the graph.</param>
/// <param name="OneRow">Its dimensions when the network runs on one row.</param>
/// <param name="Batched">
/// Whether the first dimension grows with the number of rows (a batch of m has <c>m * OneRow[0]</c> there); otherwise
/// the tensor holds exactly one row.
/// </param>
public sealed record TensorLayout(string Name, IReadOnlyList<long> OneRow, bool Batched)
{
    /// <summary>Number of values in a row.</summary>
    public int Width { get; } = OneRow.Aggregate(1, (product, length) => checked(product * (int)length));

    /// <summary>The shape of one row, without the batch axis.</summary>
    public IReadOnlyList<long> RowShape => Batched && OneRow[0] == 1 ? [.. OneRow.Skip(1)] : OneRow;

    /// <summary>The tensor's dimensions for a batch of <paramref name="rows"/> rows.</summary>
    internal long[] Dimensions(int rows)
    {
        long[] result = [.. OneRow];
        if (Batched)
        {
            result[0] *= rows;
        }

        return result;
    }

    /// <summary>The same as a Reshape target that works for every batch: the first dimension is inferred.</summary>
    internal long[] ReshapeTarget() => Batched ? [-1, .. OneRow.Skip(1)] : [.. OneRow];
}
