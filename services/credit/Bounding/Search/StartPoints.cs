namespace KoopmanMesh.Credit.Bounding.Search;

/// <summary>
/// Rows of a box at random, from a seed: the centre and two corners first, then points and corners in turn.
/// </summary>
internal sealed class StartPoints(FloatBox box, int seed)
{
    // Of a feature's range, on either side of the worst point.
    private const double Nearby = 0.1;

    private readonly Random _random = new(seed);
    private long _drawn;

    /// <summary>The next rows of a random search.</summary>
    public void Fill(Span<float> rows)
    {
        for (; !rows.IsEmpty; rows = rows[box.Width..], _drawn++)
        {
            Fill(rows[..box.Width], _drawn);
        }
    }

    /// <summary>Rows for ascents to start from: points, corners, and neighbours of the worst point in turn.</summary>
    public void Fill(Span<float> rows, ReadOnlySpan<float> worst)
    {
        for (var i = 0; !rows.IsEmpty; rows = rows[box.Width..], i++)
        {
            var row = rows[..box.Width];
            if (i % 3 == 2 && !worst.IsEmpty)
            {
                FillNear(row, worst);
            }
            else
            {
                FillAtRandom(row, corner: i % 3 == 1);
            }
        }
    }

    private void Fill(Span<float> row, long index)
    {
        if (index > 2)
        {
            FillAtRandom(row, corner: index % 2 == 0);
            return;
        }

        for (var i = 0; i < row.Length; i++)
        {
            row[i] = index switch { 0 => box.At(i, 0.5), 1 => box.Lower[i], _ => box.Upper[i] };
        }
    }

    private void FillAtRandom(Span<float> row, bool corner)
    {
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = corner
                ? (_random.Next() & 1) == 0 ? box.Lower[i] : box.Upper[i]
                : box.At(i, _random.NextDouble());
        }
    }

    private void FillNear(Span<float> row, ReadOnlySpan<float> point)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var step = Nearby * ((2 * _random.NextDouble()) - 1) * ((double)box.Upper[i] - box.Lower[i]);
            row[i] = box.Clamp(i, (float)(point[i] + step));
        }
    }
}
