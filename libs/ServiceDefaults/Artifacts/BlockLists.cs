using System.Collections.Concurrent;
using KoopmanMesh.ServiceDefaults.Storage;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>
/// The block lists beside the artifacts of a store. Any may be missing: artifacts that older programs stored have none.
/// One that can't be used is told of once by each process, and left for whoever stores the content again.
/// </summary>
internal sealed class BlockLists(ArtifactFolder folder, ILogger logger)
{
    private const int MostReported = 10_000;

    private readonly ConcurrentDictionary<string, bool> _reported = new(StringComparer.Ordinal);

    /// <summary>The list of a file of this length; null when there is none that speaks for it.</summary>
    internal BlockList? Find(string digest, long length)
    {
        if (!BlockList.Covers(length))
        {
            return null;
        }

        try
        {
            return Read(digest, length) is { } content && !BlockList.IsNewer(content)
                ? BlockList.Parse(content, digest, length)
                : null;
        }
        catch (Exception e) when (e is InvalidDataException || StorageFaults.IsFault(e))
        {
            Report(digest, e.Message);
            return null;
        }
    }

    /// <summary>Whether the list on disk is missing, or another than it should be.</summary>
    internal bool Lacks(BlockList blocks)
    {
        try
        {
            return Read(blocks.Digest, blocks.Length) is not { } content
                || !(BlockList.IsNewer(content) || content.AsSpan().SequenceEqual(blocks.ToBytes()));
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            return true;
        }
    }

    internal void Report(string digest, string problem)
    {
        if (_reported.Count >= MostReported)
        {
            _reported.Clear();
        }

        if (_reported.TryAdd(digest, true))
        {
            Log.BlockListNotUsed(logger, digest, problem);
        }
    }

    private byte[]? Read(string digest, long length)
    {
        try
        {
            using var file = File.OpenHandle(folder.LocateBlocks(digest), share: FileShare.Read | FileShare.Delete);

            // One byte more than it should have tells one that is too long.
            var content = new byte[Math.Min(BlockList.BytesFor(length) + 1, RandomAccess.GetLength(file))];
            var read = 0;
            while (RandomAccess.Read(file, content.AsSpan(read), read) is var more and > 0)
            {
                read += more;
            }

            return content[..read];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
