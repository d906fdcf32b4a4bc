using System.Text;

namespace KoopmanMesh.Sidecar.Streams;

/// <summary>Takes Redis' replies about streams apart.</summary>
internal static class StreamReplies
{
    /// <summary>Of XREADGROUP for one stream: null, or [[stream, entries]].</summary>
    public static IReadOnlyList<StreamMessage> Read(string topic, object? reply) =>
        reply is object?[] { Length: > 0 } streams && streams[0] is object?[] stream
            ? Entries(topic, stream[1])
            : [];

    /// <summary>Of XCLAIM: entries; those that are gone are missing or null.</summary>
    public static IReadOnlyList<StreamMessage> Entries(string topic, object? reply) =>
    [
        .. (reply as object?[] ?? [])
            .OfType<object?[]>()
            .Where(static entry => entry[1] is not null)
            .Select(entry => new StreamMessage(topic, Text(entry[0]), DataOf((object?[])entry[1]!))),
    ];

    /// <summary>Of XPENDING with a range: [id, consumer, idle milliseconds, deliveries].</summary>
    public static IReadOnlyList<(string Id, TimeSpan Idle)> Pending(object? reply) =>
    [
        .. (reply as object?[] ?? [])
            .OfType<object?[]>()
            .Select(static entry => (Text(entry[0]), TimeSpan.FromMilliseconds((long)entry[2]!))),
    ];

    private static byte[] DataOf(object?[] fields)
    {
        for (var i = 0; i + 1 < fields.Length; i += 2)
        {
            if (Text(fields[i]) == "data")
            {
                return (byte[])fields[i + 1]!;
            }
        }

        return [];
    }

    private static string Text(object? value) => value as string ?? Encoding.UTF8.GetString((byte[])value!);
}
