using System.Buffers.Binary;

namespace KoopmanMesh.Wire;

/// <summary>A frame as it travels: nine bytes of head, and a payload.</summary>
public sealed record Frame(FrameType Type, FrameFlags Flags, int StreamId, ReadOnlyMemory<byte> Payload)
{
    public const int HeadLength = 9;

    /// <summary>The length that the head states instead of the payload's own; null for the truth.</summary>
    public int? StatedLength { get; init; }

    public static Frame Headers(int streamId, HeaderList headers, FrameFlags flags) =>
        new(FrameType.Headers, flags, streamId, Hpack.Encode(headers));

    public static Frame Data(int streamId, ReadOnlyMemory<byte> payload, bool endStream = false) =>
        new(FrameType.Data, endStream ? FrameFlags.EndStream : FrameFlags.None, streamId, payload);

    public static Frame Reset(int streamId, ErrorCode error) =>
        new(FrameType.ResetStream, FrameFlags.None, streamId, Number((uint)error));

    public static Frame WindowUpdate(int streamId, int increment) =>
        new(FrameType.WindowUpdate, FrameFlags.None, streamId, Number((uint)increment));

    public static Frame Ping(long data, FrameFlags flags = FrameFlags.None)
    {
        var payload = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(payload, data);
        return new Frame(FrameType.Ping, flags, 0, payload);
    }

    public static Frame Settings(params (Setting Setting, uint Value)[] settings)
    {
        var payload = new byte[6 * settings.Length];
        for (var i = 0; i < settings.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(6 * i), (ushort)settings[i].Setting);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan((6 * i) + 2), settings[i].Value);
        }

        return new Frame(FrameType.Settings, FrameFlags.None, 0, payload);
    }

    /// <summary>Reads a head; the payload is to follow.</summary>
    public static (FrameType Type, FrameFlags Flags, int StreamId, int Length) ReadHead(ReadOnlySpan<byte> head) => (
        (FrameType)head[3],
        (FrameFlags)head[4],
        (int)(BinaryPrimitives.ReadUInt32BigEndian(head[5..]) & int.MaxValue),
        (head[0] << 16) | (head[1] << 8) | head[2]);

    public byte[] ToBytes()
    {
        var length = StatedLength ?? Payload.Length;
        var bytes = new byte[HeadLength + Payload.Length];
        bytes[0] = (byte)(length >> 16);
        bytes[1] = (byte)(length >> 8);
        bytes[2] = (byte)length;
        bytes[3] = (byte)Type;
        bytes[4] = (byte)Flags;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), StreamId);
        Payload.Span.CopyTo(bytes.AsSpan(HeadLength));
        return bytes;
    }

    private static byte[] Number(uint value)
    {
        var payload = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, value);
        return payload;
    }
}
