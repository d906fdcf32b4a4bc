using System.Buffers;
using System.Text;

namespace KoopmanMesh.ServiceDefaults.Errors;

/// <summary>Text as it travels in headers and trailers, whose block many peers limit to 8 KiB.</summary>
internal static class HeaderText
{
    private const string Ellipsis = "…";
    private const int EllipsisCost = 9;

    // Printable ASCII but for the percent sign: all that grpc-message may hold unescaped.
    private static readonly SearchValues<byte> _plain = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Where(static c => c != '%').Select(static c => (byte)c)]);

    /// <summary>
    /// The text, or as much of its beginning as has at most <paramref name="characters"/> and, percent-encoded, at most
    /// twice as many bytes.
    /// </summary>
    public static string Shorten(string text, int characters)
    {
        var (bytes, kept) = (0, 0);
        for (var i = 0; i < text.Length;)
        {
            _ = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var consumed);
            i += consumed;
            bytes += CostOf(rune);
            if (i > characters || bytes > 2 * characters)
            {
                return text[..kept] + Ellipsis;
            }

            // What still leaves room for the ellipsis.
            kept = i < characters && bytes + EllipsisCost <= 2 * characters ? i : kept;
        }

        return text;
    }

    /// <summary>UTF-8 in which all but printable ASCII is written %XX.</summary>
    public static string PercentEncode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            _ = _plain.Contains(value)
                ? encoded.Append((char)value)
                : encoded.Append('%').Append(Convert.ToHexString([value]));
        }

        return encoded.ToString();
    }

    /// <summary>The value of a header whose name ends in -bin: base64 without padding.</summary>
    public static string Base64(byte[] value) => Convert.ToBase64String(value).TrimEnd('=');

    private static int CostOf(Rune rune) =>
        rune is { IsAscii: true } && _plain.Contains((byte)rune.Value) ? 1 : 3 * rune.Utf8SequenceLength;
}
