using Microsoft.Win32.SafeHandles;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>What was found out about a file.</summary>
/// <param name="Actual">The digest of its content, as far as that was looked at.</param>
/// <param name="From">First byte that is known to be intact.</param>
/// <param name="To">First one behind that may not be.</param>
internal readonly record struct Verdict(string Actual, long From, long To)
{
    internal static Verdict OfAll(string actual) => new(actual, 0, long.MaxValue);
}

/// <summary>
/// Sees whether files are what their digests say: the blocks that are asked for, where a file has a list of its
/// blocks, else all of it. Small files are read each time; of larger ones it remembers what it has seen, until they
/// change. The digest has the last word: a block that differs from its list makes it see all of the file.
/// </summary>
internal sealed class ArtifactVerifier(BlockLists lists)
{
    /// <summary>Bytes up to which a file is hashed at every opening: half a millisecond.</summary>
    internal const long AlwaysUpTo = 1 << 20;

    private const int Gates = 64;

    // Readers of the same file or block wait for the one that hashes it; readers of others rarely meet here.
    private readonly SemaphoreSlim[] _gates =
        [.. Enumerable.Range(0, Gates).Select(static _ => new SemaphoreSlim(1, 1))];
    private readonly Lock[] _blockGates = [.. Enumerable.Range(0, Gates).Select(static _ => new Lock())];
    private readonly SeenFiles _seen = new();

    /// <summary>Sees what a read of <paramref name="count"/> bytes touches.</summary>
    internal async ValueTask<Verdict> VerifyAsync(
        SafeFileHandle file, string digest, long offset, int count, CancellationToken ct)
    {
        var known = Known(file, digest);
        return SeeBlocks(file, known, digest, offset, count, ct)
            ?? Conclude(known, digest, await DigestAsync(file, digest, ct).ConfigureAwait(false));
    }

    /// <summary>The same on the caller's thread.</summary>
    internal Verdict Verify(SafeFileHandle file, string digest, long offset, int count)
    {
        var known = Known(file, digest);
        return SeeBlocks(file, known, digest, offset, count, CancellationToken.None)
            ?? Conclude(known, digest, Digest(file, digest));
    }

    /// <summary>The digest that the file really has; equal to <paramref name="digest"/> when it is intact.</summary>
    internal async ValueTask<string> DigestAsync(SafeFileHandle file, string digest, CancellationToken ct)
    {
        var state = FileState.Of(file);
        if (IsSeen(digest, state))
        {
            return digest;
        }

        var gate = _gates[GateOf(digest)];
        await gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return IsSeen(digest, state) ? digest : Remember(digest, state, FileHash.OfAll(file, ct));
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The same on the caller's thread.</summary>
    internal string Digest(SafeFileHandle file, string digest)
    {
        var state = FileState.Of(file);
        if (IsSeen(digest, state))
        {
            return digest;
        }

        var gate = _gates[GateOf(digest)];
        gate.Wait();
        try
        {
            return IsSeen(digest, state)
                ? digest
                : Remember(digest, state, FileHash.OfAll(file, CancellationToken.None));
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>This process changed the time of a file, and nothing else of it.</summary>
    internal void Renewed(string digest, FileState before, DateTime now) => _seen.Renewed(digest, before, now);

    // Null where nothing is known of the file and it has no list that could be trusted.
    private SeenFile? Known(SafeFileHandle file, string digest)
    {
        var state = FileState.Of(file);
        var known = _seen.Find(digest);
        if (known?.State == state)
        {
            return known;
        }

        var blocks = known?.Blocks?.Length == state.Length ? known.Blocks : lists.Find(digest, state.Length);
        return blocks is null ? null : _seen.Begin(digest, SeenFile.Nothing(state, blocks));
    }

    // Null where only the digest can tell: without a list, or where a block is not what the list says.
    private Verdict? SeeBlocks(
        SafeFileHandle file, SeenFile? known, string digest, long offset, int count, CancellationToken ct)
    {
        if (known is null)
        {
            return null;
        }

        if (known.Blocks is not { } blocks)
        {
            return Verdict.OfAll(digest);
        }

        var first = blocks.BlockAt(offset);
        var last = blocks.BlockAt(Math.Min(offset, blocks.Length) + Math.Max(count, 1) - 1);
        for (var block = first; block <= last; block++)
        {
            if (!IsIntact(file, known, digest, block, ct))
            {
                return null;
            }
        }

        var to = last == blocks.Count - 1 ? long.MaxValue : blocks.StartOf(last + 1);
        return new Verdict(digest, blocks.StartOf(first), to);
    }

    private bool IsIntact(SafeFileHandle file, SeenFile known, string digest, int block, CancellationToken ct)
    {
        ref var seen = ref known.Seen[block];
        if (Volatile.Read(ref seen))
        {
            return true;
        }

        lock (_blockGates[(GateOf(digest) + block) % Gates])
        {
            if (!Volatile.Read(ref seen))
            {
                var blocks = known.Blocks!;
                var hash = FileHash.Of(file, blocks.StartOf(block), blocks.StartOf(block + 1), ct);
                Volatile.Write(ref seen, blocks.Matches(block, hash));
            }

            return Volatile.Read(ref seen);
        }
    }

    private Verdict Conclude(SeenFile? known, string digest, string actual)
    {
        if (known is not null && actual == digest)
        {
            lists.Report(digest, "a block of the intact file differs from it");
        }

        return Verdict.OfAll(actual);
    }

    private bool IsSeen(string digest, FileState state) =>
        _seen.Find(digest) is { Blocks: null } seen && seen.State == state;

    private string Remember(string digest, FileState state, string actual)
    {
        if (actual == digest && state.Length > AlwaysUpTo)
        {
            _seen.Set(digest, SeenFile.Whole(state));
        }

        return actual;
    }

    private static int GateOf(string digest) => (int)((uint)digest.GetHashCode(StringComparison.Ordinal) % Gates);
}
