using System.Buffers;

namespace KoopmanMesh.Contracts.Tensors.Lending;

/// <summary>
/// As much of protobuf's wire format as chunks need: fields with numbers below 16, so tags of one byte, that are
/// varints or have a length. Whatever else comes is refused, for the generated parser to judge.
/// </summary>
internal ref struct LentReader(ReadOnlySequence<byte> payload)
{
    private const int LengthDelimited = 2;

    private SequenceReader<byte> _reader = new(payload);

    /// <summary>Whether all is read.</summary>
    public readonly bool End => _reader.End;

    /// <summary>Tag of a field of bytes or of a message.</summary>
    public static byte LengthTag(int field) => (byte)((field << 3) | LengthDelimited);

    /// <summary>Tag of a varint.</summary>
    public static byte VarintTag(int field) => (byte)(field << 3);

    /// <summary>The next tag; 0 at the end.</summary>
    public byte ReadTag() => _reader.TryRead(out var tag) ? tag : (byte)0;

    /// <summary>
    /// Enters a field with this tag that fills all the rest, as a chunk fills the message that carries it.
    /// </summary>
    public bool TryEnter(byte tag) =>
        _reader.TryRead(out var first) && first == tag && TryReadVarint(out var length) && length == _reader.Remaining;

    /// <summary>A varint of an int32 that isn't negative.</summary>
    public bool TryReadInt32(out int value)
    {
        var read = TryReadVarint(out var varint) && varint <= int.MaxValue;
        value = read ? (int)varint : 0;
        return read;
    }

    /// <summary>The bytes of a field, where they lie.</summary>
    public bool TryReadBytes(out ReadOnlySequence<byte> bytes)
    {
        bytes = default;
        return TryReadVarint(out var length) && length <= _reader.Remaining && TryTake(length, out bytes);
    }

    /// <summary>The bytes of a field with this tag that fills all the rest.</summary>
    public bool TryReadRest(byte tag, out ReadOnlySequence<byte> bytes)
    {
        bytes = default;
        return TryEnter(tag) && TryTake(_reader.Remaining, out bytes);
    }

    private bool TryTake(long length, out ReadOnlySequence<byte> bytes)
    {
        bytes = _reader.UnreadSequence.Slice(0, length);
        _reader.Advance(length);
        return true;
    }

    private bool TryReadVarint(out long value)
    {
        value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (!_reader.TryRead(out var part))
            {
                return false;
            }

            value |= (long)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
