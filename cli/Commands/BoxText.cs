using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using KoopmanMesh.Networks.Data;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>A box of inputs as people write it.</summary>
internal static class BoxText
{
    private const string Expected =
        "LOW..HIGH, row:INDEX:RADIUS, row:INDEX:RADIUS:LOW..HIGH, data, data:MARGIN, or a file of two rows";

    public static Option<string?> Option() => new("--box")
    {
        Description =
            "Box of inputs, in the network's units: 0..1 (every feature), row:17:0.02 (around row 17 of the data, "
            + "row:17:0.02:0..1 clipped), data (its range; data:0.1 with a tenth of it more on both sides), or a CSV "
            + "or NPY file of two rows, lower bounds and upper (default data).",
        HelpName = "BOX",
        Validators = { RequireBox },
    };

    /// <summary>The box; a file of bounds is read.</summary>
    /// <exception cref="CliException">It is none.</exception>
    public static InputBox Read(string text)
    {
        if (TryParse(text) is { } box)
        {
            return box;
        }

        try
        {
            return new InputBox { Bounds = ReadBounds(text) };
        }
        catch (DataFormatException e)
        {
            throw new CliException(ExitCodes.BadInput, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.BadInput, $"'{text}' can't be read: {e.Message}", e);
        }
    }

    /// <summary>A box that is no file; null for anything else.</summary>
    internal static InputBox? TryParse(string text)
    {
        if (TryRange(text, out var lower, out var upper))
        {
            return new InputBox { Uniform = new UniformBox { Lower = lower, Upper = upper } };
        }

        var parts = text.Split(':');
        return parts switch
        {
            ["data"] => new InputBox { Data = new DataBox() },
            ["data", var margin] when TryNumber(margin, out var fraction) && fraction >= 0 =>
                new InputBox { Data = new DataBox { Margin = fraction } },
            ["row", .. var rest] when TryBall(rest) is { } ball => new InputBox { Around = ball },
            _ => null,
        };
    }

    private static BallBox? TryBall(string[] parts)
    {
        if (parts.Length is not (2 or 3)
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var row)
            || !TryNumber(parts[1], out var radius) || radius < 0)
        {
            return null;
        }

        var ball = new BallBox { Row = row, Radius = radius };
        if (parts.Length == 3)
        {
            if (!TryRange(parts[2], out var lowest, out var highest))
            {
                return null;
            }

            (ball.Lowest, ball.Highest) = (lowest, highest);
        }

        return ball;
    }

    internal static void RequireBox(OptionResult result)
    {
        foreach (var token in result.Tokens.Where(token => TryParse(token.Value) is null && !File.Exists(token.Value)))
        {
            result.AddError($"--box got '{token.Value}'; expected {Expected}");
        }
    }

    /// <summary>Asks for a box of a command that can't do without one.</summary>
    internal static void RequireSource(CommandResult result, Option<string?> box, Option<string?> data)
    {
        if (result.GetValue(box) is null && result.GetValue(data) is null)
        {
            result.AddError(
                $"{result.Command.Name} needs a box of inputs: say --box, or --data for the range of a data set");
        }
    }

    /// <summary>What to say where the data set is missing that a box is of.</summary>
    internal static CliException DataMissing(string? text) =>
        new(ExitCodes.BadInput, $"--box {text} is of a data set; name it with --data");

    private static BoundsBox ReadBounds(string path)
    {
        var data = DataSet.Open(path);
        if (data.Rows != 2)
        {
            throw new DataFormatException(
                $"'{path}' has {data.Rows} rows; a box is two: the lower bounds, then the upper");
        }

        var values = new float[2 * data.RowSize];
        using var reader = data.OpenReader();
        reader.Read(values);
        var bounds = new BoundsBox();
        bounds.Lower.AddRange(values.Take(data.RowSize).Select(value => (double)value));
        bounds.Upper.AddRange(values.Skip(data.RowSize).Select(value => (double)value));
        return bounds;
    }

    private static bool TryRange(string text, out double lower, out double upper)
    {
        (lower, upper) = (0, 0);
        var dots = text.IndexOf("..", StringComparison.Ordinal);
        return dots > 0 && TryNumber(text[..dots], out lower) && TryNumber(text[(dots + 2)..], out upper)
            && lower <= upper;
    }

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
