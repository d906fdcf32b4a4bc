using System.Buffers;
using Google.Protobuf;

namespace KoopmanMesh.Contracts.Tensors.Lending;

/// <summary>
/// A bytes field that is read again and again into the same memory: no allocation while its length stays.
/// </summary>
internal sealed class LentBytes
{
    // More than any chunk by default; what is longer is not worth keeping between two messages.
    public const int MostKept = 256 * 1024;

    private byte[] _array = [];
    private ByteString _value = ByteString.Empty;

    /// <summary>Copies the bytes in; the string returned shows whatever was copied in last.</summary>
    public ByteString Fill(in ReadOnlySequence<byte> bytes)
    {
        var length = (int)bytes.Length;
        if (length > MostKept)
        {
            return UnsafeByteOperations.UnsafeWrap(bytes.ToArray());
        }

        if (_array.Length < length)
        {
            _array = GC.AllocateUninitializedArray<byte>(length);
            _value = ByteString.Empty;
        }

        bytes.CopyTo(_array);
        if (_value.Length != length)
        {
            _value = UnsafeByteOperations.UnsafeWrap(_array.AsMemory(0, length));
        }

        return _value;
    }
}
