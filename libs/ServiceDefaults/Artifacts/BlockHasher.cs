using System.Security.Cryptography;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>
/// Hashes content as it comes, as a whole and by blocks. The first block costs nothing: its hash is that of the whole
/// so far.
/// </summary>
internal sealed class BlockHasher : IDisposable
{
    private readonly IncrementalHash _whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _block = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly MemoryStream _hashes = new();

    /// <summary>Bytes so far.</summary>
    internal long Length { get; private set; }

    public void Dispose()
    {
        _whole.Dispose();
        _block.Dispose();
        _hashes.Dispose();
    }

    internal void Append(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            var room = BlockList.BlockBytes - (int)(Length % BlockList.BlockBytes);
            var piece = content[..Math.Min(content.Length, room)];
            _whole.AppendData(piece);
            if (Length >= BlockList.BlockBytes)
            {
                _block.AppendData(piece);
            }

            Length += piece.Length;
            if (piece.Length == room)
            {
                EndBlock();
            }

            content = content[piece.Length..];
        }
    }

    /// <summary>The digest of everything, and the hashes of its blocks where it has several.</summary>
    internal (string Digest, BlockList? Blocks) Complete()
    {
        if (Length % BlockList.BlockBytes != 0)
        {
            EndBlock();
        }

        var digest = Convert.ToHexStringLower(_whole.GetHashAndReset());
        return (digest, BlockList.Covers(Length) ? new BlockList(digest, Length, _hashes.ToArray()) : null);
    }

    private void EndBlock() =>
        _hashes.Write(Length <= BlockList.BlockBytes ? _whole.GetCurrentHash() : _block.GetHashAndReset());
}
