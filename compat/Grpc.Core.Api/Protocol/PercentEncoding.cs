using System.Buffers;
using System.Text;

namespace Grpc.Core.Protocol;

/// <summary>The encoding of grpc-message: UTF-8, where all but printable ASCII and '%' itself is written %XX.</summary>
internal static class PercentEncoding
{
    private const string Unescaped =
        " !\"#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

    private static readonly SearchValues<char> UnescapedCharacters = SearchValues.Create(Unescaped);

    public static string Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(UnescapedCharacters))
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length * 2);
        foreach (var value in Encoding.UTF8.GetBytes(text))
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
}
