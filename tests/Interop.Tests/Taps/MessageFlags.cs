using System.Buffers.Binary;
using System.Text;

namespace KoopmanMesh.Interop.Tests.Taps;

/// <summary>Reads the flags of one direction's messages out of a stream's bytes, as they come.</summary>
internal sealed class MessageFlags
{
    private const int PrefixLength = 5;

    private readonly byte[] _prefix = new byte[PrefixLength];
    private readonly StringBuilder _flags = new();
    private int _prefixRead;
    private uint _messageLeft;

    /// <summary>The first byte of each message's prefix: 1 for compressed, 0 for not.</summary>
    public override string ToString() => _flags.ToString();

    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_messageLeft > 0)
            {
                var skipped = (int)Math.Min(_messageLeft, (uint)bytes.Length);
                _messageLeft -= (uint)skipped;
                bytes = bytes[skipped..];
                continue;
            }

            _prefix[_prefixRead++] = bytes[0];
            bytes = bytes[1..];
            if (_prefixRead == PrefixLength)
            {
                _prefixRead = 0;
                _flags.Append(_prefix[0]);
                _messageLeft = BinaryPrimitives.ReadUInt32BigEndian(_prefix.AsSpan(1));
            }
        }
    }
}
