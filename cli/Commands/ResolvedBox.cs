using KoopmanMesh.Networks.Data;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>A box feature by feature, from what was asked for and a data set that lies here.</summary>
internal static class ResolvedBox
{
    private const int BatchRows = 256;

    /// <summary>The box for rows of <paramref name="inputShape"/>.</summary>
    /// <exception cref="CliException">The data is missing, or its rows are not the network's.</exception>
    /// <exception cref="DataFormatException">The data can't be read.</exception>
    public static BoundsBox Of(InputBox? box, BoundSettings settings, IReadOnlyList<long> inputShape)
    {
        switch (box?.BoxCase)
        {
            case InputBox.BoxOneofCase.Bounds:
                return box.Bounds;
            case InputBox.BoxOneofCase.Uniform:
                var width = (int)inputShape.Aggregate(1L, (product, side) => product * side);
                return new BoundsBox
                {
                    Lower = { Enumerable.Repeat(box.Uniform.Lower, width) },
                    Upper = { Enumerable.Repeat(box.Uniform.Upper, width) },
                };
            case InputBox.BoxOneofCase.Around:
                return Around(box.Around, Open(settings, inputShape));
            default:
                return Range(box?.Data?.Margin ?? 0, Open(settings, inputShape));
        }
    }

    private static DataSet Open(BoundSettings settings, IReadOnlyList<long> inputShape)
    {
        if (settings.Data is not { } path)
        {
            throw BoxText.DataMissing(settings.Box);
        }

        var data = DataSet.Open(path, settings.DataOptions);
        var shape = data.RowShape.Select(side => (long)side).Where(side => side > 1);

        // Images with their channels elsewhere would give each feature another's bounds.
        return data.RowSize == inputShape.Aggregate(1L, (product, side) => product * side)
            && (data.RowShape.Count < 3 || shape.SequenceEqual(inputShape.Where(side => side > 1)))
                ? data
                : throw new CliException(
                    ExitCodes.BadInput,
                    $"'{path}' has rows of {string.Join(" x ", data.RowShape)}, but '{settings.Original}' takes "
                    + $"{string.Join(" x ", inputShape)}; expected the same, or a box in a file");
    }

    private static BoundsBox Around(BallBox ball, DataSet data)
    {
        if (ball.Row >= data.Rows)
        {
            throw new CliException(
                ExitCodes.BadInput,
                $"--box is around row {ball.Row}, and '{data.Name}' has rows 0 to {data.Rows - 1}");
        }

        var row = new float[data.RowSize];
        using var reader = data.OpenReader(ball.Row);
        reader.Read(row);
        var clipped = ball.Lowest != 0 || ball.Highest != 0;
        var box = new BoundsBox();
        foreach (double centre in row)
        {
            var (lower, upper) = (centre - ball.Radius, centre + ball.Radius);
            box.Lower.Add(clipped ? Math.Max(lower, ball.Lowest) : lower);
            box.Upper.Add(clipped ? Math.Min(upper, ball.Highest) : upper);
        }

        return box;
    }

    private static BoundsBox Range(double margin, DataSet data)
    {
        var (lower, upper) = (new double[data.RowSize], new double[data.RowSize]);
        Array.Fill(lower, double.PositiveInfinity);
        Array.Fill(upper, double.NegativeInfinity);
        var rows = new float[BatchRows * data.RowSize];
        using var reader = data.OpenReader();
        while (reader.Read(rows) is > 0 and var count)
        {
            for (var i = 0; i < count * data.RowSize; i++)
            {
                var feature = i % data.RowSize;
                lower[feature] = Math.Min(lower[feature], rows[i]);
                upper[feature] = Math.Max(upper[feature], rows[i]);
            }
        }

        var more = lower.Zip(upper, (low, high) => margin * (high - low)).ToArray();
        return new BoundsBox
        {
            Lower = { lower.Zip(more, (low, add) => low - add) },
            Upper = { upper.Zip(more, (high, add) => high + add) },
        };
    }
}
