using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace KoopmanMesh.ServiceDefaults.Hosting;

/// <summary>
/// Kestrel's memory in blocks of 64 KiB in place of its own of 4 KiB. A socket is read one block at a time, so the
/// block bounds what one system call brings: matrices took sixteen times the calls, and twice the processor, in the
/// small ones. Kestrel asks for a pool for each of its queues of sockets; all get this one, so that what one has no use
/// for another takes.
/// </summary>
internal sealed class TransportBlocks : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockBytes = 64 * 1024;

    /// <summary>
    /// Free blocks that are kept, 64 MiB; what a burst leaves beyond that is the garbage collector's.
    /// </summary>
    public const int MostFree = 1024;

    private readonly ConcurrentQueue<Block> _free = new();
    private int _count;

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockBytes;

    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        if (!_free.TryDequeue(out var block))
        {
            return new Block(this);
        }

        Interlocked.Decrement(ref _count);
        block.Take();
        return block;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // One of Kestrel's queues is done; others may not be.
    }

    private void Return(Block block)
    {
        if (Interlocked.Increment(ref _count) <= MostFree)
        {
            _free.Enqueue(block);
        }
        else
        {
            Interlocked.Decrement(ref _count);
        }
    }

    private sealed class Block(TransportBlocks pool) : IMemoryOwner<byte>
    {
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);
        private int _taken = 1;

        public Memory<byte> Memory => MemoryMarshal.CreateFromPinnedArray(_bytes, 0, BlockBytes);

        public void Take() => _taken = 1;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _taken, 0) == 1)
            {
                pool.Return(this);
            }
        }
    }
}
