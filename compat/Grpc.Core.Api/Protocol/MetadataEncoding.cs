namespace Grpc.Core.Protocol;

/// <summary>Metadata entries as header values and back.</summary>
internal static class MetadataEncoding
{
    /// <summary>The header value of an entry: its text, or its bytes in base64 without padding.</summary>
    public static string Encode(Metadata.Entry entry)
    {
        if (entry.IsBinary)
        {
            return Convert.ToBase64String(entry.ValueBytes).TrimEnd('=');
        }

        return !IsText(entry.Value)
            ? throw new InvalidOperationException(
                $"Metadata value of \"{entry.Key}\" is not printable ASCII; send bytes under \"{entry.Key}-bin\".")
            : entry.Value;
    }

    /// <summary>Adds what a header holds; binary values may come several to a header, joined by commas. What HTTP
    /// allows and gRPC doesn't, such as text that isn't ASCII, is left out: it couldn't be sent on.</summary>
    public static void Decode(Metadata metadata, string name, string value)
    {
        if (!Metadata.Entry.IsKey(name) || !IsText(value))
        {
            return;
        }

        if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            metadata.Add(name, value);
            return;
        }

        foreach (var part in value.Split(','))
        {
            metadata.Add(name, DecodeBase64(name, part.Trim()));
        }
    }

    private static bool IsText(string value) => !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static byte[] DecodeBase64(string name, string text)
    {
        // Peers may leave the padding out.
        var padded = (text.Length % 4) switch
        {
            2 => text + "==",
            3 => text + "=",
            _ => text,
        };
        var bytes = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64String(padded, bytes, out var written)
            ? bytes.AsSpan(0, written).ToArray()
            : throw new RpcException(new Status(
                StatusCode.Internal,
                $"Header \"{name}\" holds {text.Length} characters that are not base64."));
    }
}
