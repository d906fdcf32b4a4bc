using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>
/// Sees whether files are what their digests say. Small ones are read each time; of larger ones it remembers which it
/// has seen, until they change: reading a data set for each of its shards would cost more than the work.
/// </summary>
internal sealed class ArtifactVerifier
{
    /// <summary>Bytes up to which a file is hashed at every opening: half a millisecond.</summary>
    internal const long AlwaysUpTo = 1 << 20;

    private const int BufferBytes = 256 * 1024;
    private const int MostRemembered = 10_000;

    // Readers of the same file wait for the one that hashes it; readers of others rarely meet here.
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, 16).Select(static _ => new SemaphoreSlim(1, 1))];
    private readonly ConcurrentDictionary<string, (long Length, DateTime ChangedAt)> _seen =
        new(StringComparer.Ordinal);

    /// <summary>The digest that the file really has; equal to <paramref name="digest"/> when it is intact.</summary>
    internal async ValueTask<string> DigestAsync(SafeFileHandle file, string digest, CancellationToken ct)
    {
        var state = StateOf(file);
        if (IsSeen(digest, state))
        {
            return digest;
        }

        var gate = _gates[digest[0] % _gates.Length];
        await gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return IsSeen(digest, state) ? digest : Remember(digest, state, Hash(file, ct));
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The same on the caller's thread.</summary>
    internal string Digest(SafeFileHandle file, string digest)
    {
        var state = StateOf(file);
        if (IsSeen(digest, state))
        {
            return digest;
        }

        var gate = _gates[digest[0] % _gates.Length];
        gate.Wait();
        try
        {
            return IsSeen(digest, state) ? digest : Remember(digest, state, Hash(file, CancellationToken.None));
        }
        finally
        {
            gate.Release();
        }
    }

    private static (long Length, DateTime ChangedAt) StateOf(SafeFileHandle file) =>
        (RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));

    private bool IsSeen(string digest, (long Length, DateTime ChangedAt) state) =>
        state.Length > AlwaysUpTo && _seen.TryGetValue(digest, out var seen) && seen == state;

    private string Remember(string digest, (long Length, DateTime ChangedAt) state, string actual)
    {
        if (actual == digest && state.Length > AlwaysUpTo)
        {
            if (_seen.Count >= MostRemembered)
            {
                _seen.Clear();
            }

            _seen[digest] = state;
        }

        return actual;
    }

    private static string Hash(SafeFileHandle file, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long at = 0;
            while (RandomAccess.Read(file, buffer, at) is var read and > 0)
            {
                ct.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
                at += read;
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
