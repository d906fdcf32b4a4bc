using System.Buffers.Binary;
using System.IO.Compression;

namespace KoopmanMesh.Wire;

/// <summary>Messages of gRPC: a byte for whether it is compressed, four bytes of length, and the message.</summary>
public static class GrpcMessage
{
    public const int PrefixLength = 5;

    /// <summary>A message behind its prefix, which may lie about both.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> message, byte flag = 0, uint? statedLength = null)
    {
        var framed = new byte[PrefixLength + message.Length];
        framed[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(1), statedLength ?? (uint)message.Length);
        message.CopyTo(framed.AsSpan(PrefixLength));
        return framed;
    }

    /// <summary>A message in gzip behind its prefix.</summary>
    public static byte[] FrameGzip(ReadOnlySpan<byte> message)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(message);
        }

        return Frame(compressed.ToArray(), flag: 1);
    }

    /// <summary>The messages of a body; what is no whole message throws.</summary>
    public static IReadOnlyList<(byte Flag, byte[] Message)> Split(ReadOnlySpan<byte> body)
    {
        var messages = new List<(byte, byte[])>();
        while (!body.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body[1..PrefixLength]);
            messages.Add((body[0], body.Slice(PrefixLength, length).ToArray()));
            body = body[(PrefixLength + length)..];
        }

        return messages;
    }
}
