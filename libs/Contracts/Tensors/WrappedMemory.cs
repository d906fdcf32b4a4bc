using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KoopmanMesh.Contracts.Tensors;

/// <summary>
/// The bytes of memory of numbers, without a copy. Protobuf's ByteString wraps <c>ReadOnlyMemory&lt;byte&gt;</c> only,
/// and the BCL can cast a span but not a memory.
/// </summary>
internal sealed class WrappedMemory<T>(ReadOnlyMemory<T> values) : MemoryManager<byte>
    where T : unmanaged
{
    /// <summary>All bytes, in the machine's order.</summary>
    public override Memory<byte> Memory => CreateMemory(checked(values.Length * Unsafe.SizeOf<T>()));

    /// <inheritdoc/>
    public override Span<byte> GetSpan()
    {
        // Only ever handed out as ReadOnlyMemory, through a ByteString.
        var bytes = MemoryMarshal.AsBytes(values.Span);
        return MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(bytes), bytes.Length);
    }

    /// <inheritdoc/>
    public override unsafe MemoryHandle Pin(int elementIndex = 0)
    {
        var handle = values.Pin();
        return new MemoryHandle((byte*)handle.Pointer + elementIndex, default, new Unpinner(handle));
    }

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Unpinner(MemoryHandle handle) : IPinnable
    {
        private MemoryHandle _handle = handle;

        public MemoryHandle Pin(int elementIndex) => throw new NotSupportedException("already pinned");

        public void Unpin() => _handle.Dispose();
    }
}
