using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KoopmanMesh.Contracts.Tensors.Lending;

/// <summary>
/// A window of some bytes over memory of numbers that can be moved, so that one byte string sends them all.
/// </summary>
/// <param name="values">What the window moves over.</param>
/// <param name="length">Bytes of the window.</param>
internal sealed class SlidingBytes<T>(ReadOnlyMemory<T> values, int length) : MemoryManager<byte>
    where T : unmanaged
{
    private long _start;

    /// <summary>The window, wherever it is.</summary>
    public override Memory<byte> Memory => CreateMemory(length);

    /// <summary>Puts the window's first byte there.</summary>
    public void MoveTo(long start) => _start = start;

    /// <inheritdoc/>
    public override Span<byte> GetSpan()
    {
        // Only ever handed out as ReadOnlyMemory, through a ByteString. Moved before cast: a span has int.MaxValue
        // bytes.
        var size = Unsafe.SizeOf<T>();
        var window = MemoryMarshal.AsBytes(values.Span.Slice((int)(_start / size), length / size));
        return MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(window), length);
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) =>
        throw new NotSupportedException("a window that moves can't be pinned");

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
