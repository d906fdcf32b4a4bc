using System.Text;

namespace KoopmanMesh.Wire;

/// <summary>
/// Header blocks (RFC 7541) without the dynamic table and without Huffman codes: every header written is a literal that
/// is never indexed, and a peer that was told of a table of size 0 writes nothing that needs one.
/// </summary>
public static class Hpack
{
    private const int NeverIndexed = 0x10;

    /// <summary>Appendix A, from index 1.</summary>
    private static readonly (string Name, string Value)[] StaticTable =
    [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"),
        (":scheme", "http"), (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"),
        (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"), ("accept-charset", ""),
        ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""), ("accept", ""),
        ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""), ("cache-control", ""),
        ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
        ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""), ("date", ""),
        ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""),
        ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""), ("if-unmodified-since", ""),
        ("last-modified", ""), ("link", ""), ("location", ""), ("max-forwards", ""), ("proxy-authenticate", ""),
        ("proxy-authorization", ""), ("range", ""), ("referer", ""), ("refresh", ""), ("retry-after", ""),
        ("server", ""), ("set-cookie", ""), ("strict-transport-security", ""), ("transfer-encoding", ""),
        ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
    ];

    public static byte[] Encode(HeaderList headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        var block = new List<byte>();
        foreach (var (name, value) in headers)
        {
            block.Add(NeverIndexed);
            WriteText(block, name);
            WriteText(block, value);
        }

        return [.. block];
    }

    public static HeaderList Decode(ReadOnlySpan<byte> block)
    {
        var headers = new HeaderList();
        while (!block.IsEmpty)
        {
            var first = block[0];
            if ((first & 0x80) != 0)
            {
                headers.Add(At(ReadNumber(ref block, prefixBits: 7)));
            }
            else if ((first & 0xe0) == 0x20)
            {
                // A change of the table's size, of which there is none.
                _ = ReadNumber(ref block, prefixBits: 5);
            }
            else
            {
                var index = ReadNumber(ref block, prefixBits: (first & 0x40) != 0 ? 6 : 4);
                var name = index == 0 ? ReadText(ref block) : At(index).Name;
                headers.Add(name, ReadText(ref block));
            }
        }

        return headers;
    }

    private static (string Name, string Value) At(int index) => index <= StaticTable.Length
        ? StaticTable[index - 1]
        : throw new InvalidDataException($"The header block names entry {index} of a table that holds none.");

    private static void WriteText(List<byte> block, string text)
    {
        WriteNumber(block, text.Length);
        block.AddRange(Encoding.Latin1.GetBytes(text));
    }

    /// <summary>A number behind a prefix of seven bits.</summary>
    private static void WriteNumber(List<byte> block, int value)
    {
        const int full = 0x7f;
        if (value < full)
        {
            block.Add((byte)value);
            return;
        }

        block.Add(full);
        for (value -= full; value >= 0x80; value >>= 7)
        {
            block.Add((byte)(value | 0x80));
        }

        block.Add((byte)value);
    }

    private static int ReadNumber(ref ReadOnlySpan<byte> block, int prefixBits)
    {
        var full = (1 << prefixBits) - 1;
        var value = block[0] & full;
        block = block[1..];
        if (value < full)
        {
            return value;
        }

        for (var shift = 0; ; shift += 7)
        {
            var next = block[0];
            block = block[1..];
            value += (next & 0x7f) << shift;
            if ((next & 0x80) == 0)
            {
                return value;
            }
        }
    }

    private static string ReadText(ref ReadOnlySpan<byte> block)
    {
        if ((block[0] & 0x80) != 0)
        {
            throw new InvalidDataException("The header block holds Huffman codes, which Kestrel doesn't write.");
        }

        var length = ReadNumber(ref block, prefixBits: 7);
        var text = Encoding.Latin1.GetString(block[..length]);
        block = block[length..];
        return text;
    }
}
