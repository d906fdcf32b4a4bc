using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>SHA-256 of what is in a file.</summary>
internal static class FileHash
{
    private const int BufferBytes = 256 * 1024;

    /// <summary>Of everything, as text.</summary>
    internal static string OfAll(SafeFileHandle file, CancellationToken ct) =>
        Convert.ToHexStringLower(Of(file, 0, long.MaxValue, ct));

    /// <summary>Of the bytes from <paramref name="from"/> up to <paramref name="to"/>, or to the end.</summary>
    internal static byte[] Of(SafeFileHandle file, long from, long to, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (Read(file, buffer, from, to) is var read and > 0)
            {
                ct.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
                from += read;
            }

            return hash.GetHashAndReset();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int Read(SafeFileHandle file, byte[] buffer, long from, long to) =>
        RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - from)), from);
}
