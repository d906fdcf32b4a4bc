using System.Buffers.Binary;
using System.Numerics;
using Microsoft.Win32.SafeHandles;

namespace KoopmanMesh.Koopman.Training.Storage;

/// <summary>
/// The values of a run's newest snapshots: slots of one size, little-endian, in the element type the run streams.
/// Reads may go on side by side and beside the one writer.
/// </summary>
internal sealed class SnapshotFile : IDisposable
{
    private const int CheckedBytes = 1 << 20;

    private readonly SafeFileHandle _handle;
    private readonly long _bytes;
    private readonly int _slots;

    /// <summary>Opens the file, or makes it.</summary>
    public SnapshotFile(string path, long snapshotBytes, int slots)
    {
        (_bytes, _slots) = (snapshotBytes, slots);
        _handle = File.OpenHandle(
            path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete,
            FileOptions.Asynchronous);
    }

    /// <summary>Bytes on disk.</summary>
    public long Length => RandomAccess.GetLength(_handle);

    public void Dispose() => _handle.Dispose();

    /// <summary>Writes bytes of snapshot <paramref name="index"/>, from its byte <paramref name="offset"/>.</summary>
    public Task WriteAsync(
        long index, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        DiskFaults.TellAsync(RandomAccess.WriteAsync(_handle, bytes, Start(index) + offset, cancellationToken));

    /// <summary>Has it survive a loss of power.</summary>
    public void Flush() => RandomAccess.FlushToDisk(_handle);

    /// <summary>Reads bytes of snapshot <paramref name="index"/>, from its byte <paramref name="offset"/>.</summary>
    public void Read(long index, long offset, Span<byte> bytes)
    {
        var position = Start(index) + offset;
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(_handle, bytes, position);
            if (read == 0)
            {
                throw new EndOfStreamException(
                    $"the snapshots' file ends at byte {Length}, expected {bytes.Length} more at {position}");
            }

            bytes = bytes[read..];
            position += read;
        }
    }

    /// <summary>Whether snapshot <paramref name="index"/> lies there as it was written.</summary>
    public bool IsWhole(long index, uint checksum)
    {
        if (Start(index) + _bytes > Length)
        {
            return false;
        }

        var (buffer, found) = (new byte[(int)Math.Min(_bytes, CheckedBytes)], 0u);
        for (var offset = 0L; offset < _bytes; offset += buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, _bytes - offset));
            Read(index, offset, part);
            found = Checksum(found, part);
        }

        return found == checksum;
    }

    /// <summary>CRC-32C of bytes after others, whatever the pieces; begins with 0.</summary>
    public static uint Checksum(uint before, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            before = BitOperations.Crc32C(before, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var last in bytes)
        {
            before = BitOperations.Crc32C(before, last);
        }

        return before;
    }

    private long Start(long index) => index % _slots * _bytes;
}
