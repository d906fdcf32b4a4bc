using System.Buffers;

namespace Grpc.Core.Protocol;

/// <summary>One growing array from the shared pool, used again for message after message.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int SmallestRent = 512;

    private byte[] _array = [];
    private int _written;

    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, _written);

    public void Clear() => _written = 0;

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - _written);
        _written += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsSpan(_written);
    }

    /// <summary>Makes room for so many more bytes.</summary>
    public void Reserve(int count)
    {
        if (_array.Length - _written >= count)
        {
            return;
        }

        var needed = Math.Max((long)_written + count, Math.Min(2L * _array.Length, Array.MaxLength));
        var grown = ArrayPool<byte>.Shared.Rent((int)Math.Max(Math.Min(needed, Array.MaxLength), SmallestRent));
        Written.Span.CopyTo(grown);
        Return();
        _array = grown;
    }

    public void Dispose()
    {
        Return();
        _array = [];
        _written = 0;
    }

    private void Return()
    {
        if (_array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }
    }
}
