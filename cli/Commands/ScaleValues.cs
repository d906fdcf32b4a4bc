using System.CommandLine.Parsing;
using System.Globalization;

namespace KoopmanMesh.Cli.Commands;

/// <summary>Reads what the options of <c>scale</c> are given, and complains in one sentence.</summary>
internal static class ScaleValues
{
    private const int WidestLayer = 8192;

    /// <summary>Whole numbers joined by commas, each once.</summary>
    public static List<long> Numbers(ArgumentResult result, string option, long most)
    {
        var text = result.Tokens[0].Value;
        var numbers = new List<long>();
        foreach (var part in text.Split(','))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number < 1 || number > most)
            {
                result.AddError($"{option} got '{part}'; expected whole numbers from 1 to {most} joined by commas");
                return [];
            }

            numbers.Add(number);
        }

        if (numbers.Distinct().Count() < numbers.Count)
        {
            result.AddError($"{option} got '{text}'; expected each number once");
        }

        return numbers;
    }

    /// <summary>Widths of layers joined by commas.</summary>
    public static IReadOnlyList<int> Widths(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        int?[] widths =
        [
            .. text.Split(',').Select(part =>
                int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var width)
                    && width is >= 1 and <= WidestLayer
                    ? width
                    : (int?)null),
        ];
        if (widths.Length < 2 || widths.Contains(null))
        {
            result.AddError(
                $"--demo got '{text}'; expected at least two widths from 1 to {WidestLayer} joined by commas");
        }

        return [.. widths.OfType<int>()];
    }

    /// <summary>Addresses of meshes.</summary>
    public static Uri[] Addresses(ArgumentResult result) =>
        [.. result.Tokens.Select(token => EndpointArguments.ParseAddress(result, token.Value)).OfType<Uri>()];
}
