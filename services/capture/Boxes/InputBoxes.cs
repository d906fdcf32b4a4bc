using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Networks;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Capture.Boxes;

/// <summary>Boxes as requests describe them, feature by feature.</summary>
internal static class InputBoxes
{
    private const string Invalid = "BOX_INVALID";
    private const int BatchRows = 256;

    /// <summary>The box; the range of the rows where the request names none.</summary>
    /// <param name="box">What was asked for.</param>
    /// <param name="model">Whose inputs it bounds.</param>
    /// <param name="rows">The data, for boxes that are of it.</param>
    /// <param name="field">Path of the request's field.</param>
    /// <param name="cancellationToken">Looked at in every batch of rows.</param>
    /// <exception cref="InvalidRequestException">There is no such box.</exception>
    public static FeatureBox Resolve(
        InputBox? box, NetworkModel model, BoxRows? rows, string field, CancellationToken cancellationToken)
    {
        var (kind, resolved) = box?.BoxCase switch
        {
            InputBox.BoxOneofCase.Uniform => ("uniform", Uniform(box.Uniform, model.Input.Width)),
            InputBox.BoxOneofCase.Around => (
                "around", Ball(box.Around, Required(rows, field), $"{field}.around", cancellationToken)),
            InputBox.BoxOneofCase.Bounds => ("bounds", Bounds(box.Bounds, model, $"{field}.bounds")),
            _ => ("data", Range(box?.Data?.Margin ?? 0, Required(rows, field), $"{field}.data", cancellationToken)),
        };
        Check(resolved, $"{field}.{kind}");
        return resolved;
    }

    private static FeatureBox Uniform(UniformBox box, int width)
    {
        var (lower, upper) = (new double[width], new double[width]);
        Array.Fill(lower, box.Lower);
        Array.Fill(upper, box.Upper);
        return new FeatureBox(lower, upper);
    }

    private static FeatureBox Bounds(BoundsBox box, NetworkModel model, string field)
    {
        var width = model.Input.Width;
        if (box.Lower.Count != width || box.Upper.Count != width)
        {
            var given = box.Lower.Count == box.Upper.Count
                ? $"{box.Lower.Count} bounds"
                : $"{box.Lower.Count} lower and {box.Upper.Count} upper bounds";
            throw new InvalidRequestException(
                Invalid, $"the box has {given}, '{model.Name}' takes {width} features", field);
        }

        return new FeatureBox([.. box.Lower], [.. box.Upper]);
    }

    private static FeatureBox Ball(BallBox box, BoxRows rows, string field, CancellationToken cancellationToken)
    {
        if (!(box.Radius >= 0 && double.IsFinite(box.Radius)))
        {
            throw new InvalidRequestException(
                Invalid,
                FormattableString.Invariant($"the radius of the box is {box.Radius}, expected a number from 0 up"),
                $"{field}.radius");
        }

        if (box.Row < 0 || box.Row >= rows.Data.Rows)
        {
            throw new InvalidRequestException(
                Invalid,
                $"the box is around row {box.Row}, and '{rows.Data.Name}' has rows 0 to {rows.Data.Rows - 1}",
                $"{field}.row");
        }

        cancellationToken.ThrowIfCancellationRequested();
        using var feed = new RowFeed(rows.Data, rows.Order, box.Row, 1, 1, 1);
        feed.Read();
        var clipped = box.Lowest != 0 || box.Highest != 0;
        var (lower, upper) = (new double[feed.Rows.Length], new double[feed.Rows.Length]);
        for (var i = 0; i < lower.Length; i++)
        {
            var centre = feed.Rows.Span[i];
            lower[i] = clipped ? Math.Max(centre - box.Radius, box.Lowest) : centre - box.Radius;
            upper[i] = clipped ? Math.Min(centre + box.Radius, box.Highest) : centre + box.Radius;
        }

        return new FeatureBox(lower, upper);
    }

    private static FeatureBox Range(double margin, BoxRows rows, string field, CancellationToken cancellationToken)
    {
        if (!(margin >= 0 && double.IsFinite(margin)))
        {
            throw new InvalidRequestException(
                Invalid,
                FormattableString.Invariant($"the margin of the box is {margin}, expected a number from 0 up"),
                $"{field}.margin");
        }

        var width = rows.Data.RowSize;
        var (lower, upper) = (new double[width], new double[width]);
        Array.Fill(lower, double.PositiveInfinity);
        Array.Fill(upper, double.NegativeInfinity);
        using var feed = new RowFeed(rows.Data, rows.Order, 0, rows.Data.Rows, BatchRows, 1);
        while (feed.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var row = 0; row < feed.Count; row++)
            {
                if (rows.Counts?.Invoke(feed.IndexOf(row)) ?? true)
                {
                    Widen(lower, upper, feed.Rows.Span.Slice(row * width, width));
                }
            }
        }

        for (var i = 0; i < width; i++)
        {
            var more = margin * (upper[i] - lower[i]);
            (lower[i], upper[i]) = (lower[i] - more, upper[i] + more);
        }

        return new FeatureBox(lower, upper);
    }

    private static void Widen(double[] lower, double[] upper, ReadOnlySpan<float> row)
    {
        for (var i = 0; i < lower.Length; i++)
        {
            lower[i] = Math.Min(lower[i], row[i]);
            upper[i] = Math.Max(upper[i], row[i]);
        }
    }

    private static BoxRows Required(BoxRows? rows, string field) => rows ?? throw new InvalidRequestException(
        "BOX_DATA_MISSING", "the box is of the data, and the request names no data", field);

    private static void Check(FeatureBox box, string field)
    {
        for (var i = 0; i < box.Features; i++)
        {
            var (lower, upper) = (box.Lower[i], box.Upper[i]);
            if (!(double.IsFinite(lower) && double.IsFinite(upper) && lower <= upper))
            {
                throw new InvalidRequestException(
                    Invalid,
                    FormattableString.Invariant($"feature {i} of the box goes from {lower} to {upper}, ")
                    + "expected finite numbers, the lower first",
                    field);
            }
        }
    }
}
