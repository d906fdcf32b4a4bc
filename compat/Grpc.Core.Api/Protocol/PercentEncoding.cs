using System.Buffers;
using System.Text;

namespace Grpc.Core.Protocol;

/// <summary>The encoding of grpc-message: UTF-8, where all but printable ASCII and '%' itself is written %XX.</summary>
internal static class PercentEncoding
{
    private const string Unescaped =
        " !\"#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

    private const string Cut = "...";

    private static readonly SearchValues<char> UnescapedCharacters = SearchValues.Create(Unescaped);

    /// <summary>The text encoded; one that would be longer than the limit is cut between two characters and says so by
    /// three dots.</summary>
    public static string Encode(string text, int maxLength)
    {
        if (text.Length <= maxLength && !text.AsSpan().ContainsAnyExcept(UnescapedCharacters))
        {
            return text;
        }

        var encoded = new StringBuilder();
        var whole = 0;
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
            {
                Append(encoded, value);
            }

            if (encoded.Length > maxLength)
            {
                return encoded.ToString(0, whole) + Cut;
            }

            if (encoded.Length <= maxLength - Cut.Length)
            {
                whole = encoded.Length;
            }
        }

        return encoded.ToString();
    }

    /// <summary>Undoes <see cref="Encode" />; what isn't a valid escape stays as it is, for a message is better bent
    /// than lost.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = new ArrayBufferWriter<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length
                && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Write(Convert.FromHexString(text.AsSpan(i + 1, 2)));
                i += 2;
            }
            else
            {
                bytes.Write([text[i] <= '~' ? (byte)text[i] : (byte)'?']);
            }
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void Append(StringBuilder encoded, byte value)
    {
        if (UnescapedCharacters.Contains((char)value))
        {
            encoded.Append((char)value);
        }
        else
        {
            encoded.Append('%').Append(value.ToString("X2", null));
        }
    }
}
