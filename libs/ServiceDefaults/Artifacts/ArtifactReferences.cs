using System.Buffers;
using System.Text.Json;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>
/// Which artifacts something refers to: runs, the work of runs under way, and artifacts that these refer to in turn.
/// What looks like the digest of a stored artifact counts as one, wherever it stands: a field that is added to a record
/// or a format tomorrow can't be forgotten here, and nothing else looks like that.
/// </summary>
internal sealed class ArtifactReferences(IRunLedger ledger, IWorkLedger work, ArtifactFolder folder)
{
    /// <summary>
    /// Bytes up to which an artifact is read for digests inside. Those that hold some (results of shards, reports,
    /// manifests) stay below 4 MiB, as they travel in one message; what is larger is data.
    /// </summary>
    internal const long LargestManifest = 16 << 20;

    private const int DigestLength = 64;
    private const int BufferBytes = 128 * 1024;

    private static readonly SearchValues<byte> _digits = SearchValues.Create("0123456789abcdef"u8);

    // What an artifact refers to never changes, as its content doesn't.
    private readonly Dictionary<string, string[]> _inside = new(StringComparer.Ordinal);

    /// <summary>
    /// Those of <paramref name="stored"/> that a run refers to which has not ended or ended after
    /// <paramref name="since"/>.
    /// </summary>
    internal async Task<HashSet<string>> FindAsync(HashSet<string> stored, DateTimeOffset since, CancellationToken ct)
    {
        HashSet<string> live = new(StringComparer.Ordinal);
        Queue<string> unread = new();
        foreach (var run in await ledger.ListAllAsync(ct).ConfigureAwait(false))
        {
            if (run.HasEnded && run.EndedAt < since)
            {
                continue;
            }

            Add(In(JsonSerializer.SerializeToUtf8Bytes(
                new RunFile(RunFile.CurrentSchema, run), RunFileJsonContext.Default.RunFile), stored));
            if (!run.HasEnded)
            {
                var items = await work.ListAsync(run.RunId, ct).ConfigureAwait(false);
                Add(items.Select(static i => i.Result).Where(stored.Contains));
            }
        }

        while (unread.TryDequeue(out var digest))
        {
            Add(await InsideAsync(digest, stored, ct).ConfigureAwait(false));
        }

        Forget(stored);
        return live;

        void Add(IEnumerable<string> digests)
        {
            foreach (var digest in digests)
            {
                if (live.Add(digest))
                {
                    unread.Enqueue(digest);
                }
            }
        }
    }

    /// <summary>Those of <paramref name="stored"/> whose digits stand anywhere in <paramref name="content"/>.</summary>
    internal static HashSet<string> In(ReadOnlySpan<byte> content, HashSet<string> stored)
    {
        HashSet<string> found = new(StringComparer.Ordinal);
        var lookup = stored.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> window = stackalloc char[DigestLength];
        while (content.IndexOfAny(_digits) is var start and >= 0)
        {
            content = content[start..];
            var end = content.IndexOfAnyExcept(_digits);
            var digits = end < 0 ? content : content[..end];

            // Digits before or after may belong to something else, e.g. the tag of a proto's next field.
            for (var at = 0; at + DigestLength <= digits.Length; at++)
            {
                System.Text.Encoding.ASCII.GetChars(digits.Slice(at, DigestLength), window);
                if (lookup.TryGetValue(window, out var digest))
                {
                    found.Add(digest);
                }
            }

            content = content[digits.Length..];
        }

        return found;
    }

    private async Task<string[]> InsideAsync(string digest, HashSet<string> stored, CancellationToken ct)
    {
        if (!_inside.TryGetValue(digest, out var inside))
        {
            inside = [.. await ReadAsync(digest, stored, ct).ConfigureAwait(false)];
            _inside[digest] = inside;
        }

        return inside;
    }

    private async Task<HashSet<string>> ReadAsync(string digest, HashSet<string> stored, CancellationToken ct)
    {
        HashSet<string> found = new(StringComparer.Ordinal);
        if (folder.Find(digest) is not { Length: <= LargestManifest } file)
        {
            return found;
        }

        var stream = file.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[BufferBytes];
            var carried = 0;
            while (await stream.ReadAsync(buffer.AsMemory(carried), ct).ConfigureAwait(false) is var read and > 0)
            {
                var length = carried + read;
                found.UnionWith(In(buffer.AsSpan(0, length), stored));

                // A digest may lie across two pieces.
                carried = Math.Min(length, DigestLength - 1);
                buffer.AsSpan(length - carried, carried).CopyTo(buffer);
            }
        }

        return found;
    }

    private void Forget(HashSet<string> stored)
    {
        foreach (var gone in _inside.Keys.Where(d => !stored.Contains(d)).ToArray())
        {
            _inside.Remove(gone);
        }
    }
}
