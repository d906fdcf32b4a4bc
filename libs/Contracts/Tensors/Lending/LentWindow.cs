using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace KoopmanMesh.Contracts.Tensors.Lending;

/// <summary>
/// A window over numbers that is moved from chunk to chunk, so that one byte string sends them all; little-endian, and
/// nothing is copied.
/// </summary>
/// <param name="values">What the window moves over; unchanged until the last of it is sent.</param>
public sealed class LentWindow<T>(ReadOnlyMemory<T> values)
    where T : unmanaged
{
    private ReadOnlyMemory<T> _window;
    private ByteString _string = ByteString.Empty;

    /// <summary>The bytes of some of the numbers, valid until the next are asked for.</summary>
    public ByteString At(int start, int count)
    {
        TensorCodec.RequireLittleEndian();
        _window = values.Slice(start, count);
        var length = checked(count * Unsafe.SizeOf<T>());
        if (_string.Length != length)
        {
            _string = UnsafeByteOperations.UnsafeWrap(new Bytes(this, length).Memory);
        }

        return _string;
    }

    private sealed class Bytes(LentWindow<T> owner, int length) : MemoryManager<byte>
    {
        public override Memory<byte> Memory => CreateMemory(length);

        public override Span<byte> GetSpan()
        {
            // Only ever handed out as ReadOnlyMemory, through a ByteString. Moved before cast: a span has int.MaxValue
            // bytes.
            var bytes = MemoryMarshal.AsBytes(owner._window.Span);
            return MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(bytes), bytes.Length);
        }

        public override MemoryHandle Pin(int elementIndex = 0) =>
            throw new NotSupportedException("a window that moves can't be pinned");

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
