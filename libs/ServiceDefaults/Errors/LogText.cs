using System.Globalization;
using System.Text;

namespace KoopmanMesh.ServiceDefaults.Errors;

/// <summary>
/// Text that a client chose, as it stands in a log: one line, nothing that a terminal obeys, no longer than reads well.
/// </summary>
internal static class LogText
{
    private const int MaxCharacters = 1024;

    /// <summary>Control characters and line ends are written as \uXXXX, and what is too long is cut.</summary>
    public static string Of(string? text)
    {
        if (text is null)
        {
            return "";
        }

        var shown = text.AsSpan(0, Math.Min(text.Length, MaxCharacters));
        if (shown.Length == text.Length && !ContainsOdd(shown))
        {
            return text;
        }

        var line = new StringBuilder(shown.Length + 16);
        foreach (var c in shown)
        {
            _ = IsOdd(c) ? line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}") : line.Append(c);
        }

        return shown.Length < text.Length ? line.Append('…').ToString() : line.ToString();
    }

    private static bool ContainsOdd(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (IsOdd(c))
            {
                return true;
            }
        }

        return false;
    }

    // Format characters turn the direction of what follows.
    private static bool IsOdd(char c) => char.GetUnicodeCategory(c) is UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
