using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>
/// SHA-256 of each block of a file, by which a part of it is verified without the rest. It lies beside the file and
/// speaks for it as long as it names the file's digest and length and ends in the right SHA-256 of itself: proof
/// against damage, not against whoever can write to the folder.
/// </summary>
/// <remarks>
/// Little-endian: "KMBLOCKS", version and bytes a block as int32, length of the file as int64, its SHA-256, the SHA-256
/// of each block, the SHA-256 of everything before.
/// </remarks>
internal sealed class BlockList
{
    /// <summary>Bytes of a block: 2 ms of hashing for a read of any size, and 8 MB of list for a terabyte.</summary>
    internal const int BlockBytes = 4 << 20;

    private const int Version = 1;
    private const int HashBytes = SHA256.HashSizeInBytes;
    private const int VersionAt = 8;
    private const int BlockBytesAt = 12;
    private const int LengthAt = 16;
    private const int DigestAt = 24;
    private const int HashesAt = DigestAt + HashBytes;

    // 16 TiB, a list of 128 MiB, which is read and kept in one piece.
    private const long MostBytes = 1L << 44;

    private readonly byte[] _hashes;

    /// <param name="digest">Of the file.</param>
    /// <param name="length">Of the file.</param>
    /// <param name="hashes">Of its blocks, one after the other.</param>
    internal BlockList(string digest, long length, byte[] hashes) =>
        (Digest, Length, _hashes) = (digest, length, hashes);

    internal string Digest { get; }

    internal long Length { get; }

    internal int Count => _hashes.Length / HashBytes;

    private static ReadOnlySpan<byte> Magic => "KMBLOCKS"u8;

    /// <summary>Whether files of this length have a list; that of a single block is the file's digest.</summary>
    internal static bool Covers(long length) => length is > BlockBytes and <= MostBytes;

    /// <summary>Bytes of the list of a file of this length.</summary>
    internal static int BytesFor(long length) =>
        HashesAt + ((int)((length + BlockBytes - 1) / BlockBytes) * HashBytes) + HashBytes;

    /// <summary>Whether a program newer than this one wrote it: not to be used here, nor to be replaced.</summary>
    internal static bool IsNewer(ReadOnlySpan<byte> content) =>
        content.Length >= HashesAt && content.StartsWith(Magic) && Int32(content, VersionAt) > Version;

    /// <summary>Reads the list of a file.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or not of that file.</exception>
    internal static BlockList Parse(ReadOnlySpan<byte> content, string digest, long length)
    {
        var bytes = BytesFor(length);
        Require(content.Length >= HashesAt && content.StartsWith(Magic), "it does not begin as one");
        Require(Int32(content, VersionAt) == Version, $"its version is {Int32(content, VersionAt)}");
        Require(
            Int32(content, BlockBytesAt) == BlockBytes, $"its blocks have {Int32(content, BlockBytesAt)} bytes each");
        var named = Convert.ToHexStringLower(content.Slice(DigestAt, HashBytes));
        Require(named == digest, $"it is of artifact {named}");
        var told = BinaryPrimitives.ReadInt64LittleEndian(content[LengthAt..]);
        Require(told == length, $"it is of {told} bytes, and the file has {length}");
        Require(content.Length == bytes, $"it has {content.Length} bytes, and {length} bytes of content need {bytes}");
        Require(
            SHA256.HashData(content[..^HashBytes]).AsSpan().SequenceEqual(content[^HashBytes..]),
            "its checksum does not match");
        return new BlockList(digest, length, content[HashesAt..^HashBytes].ToArray());
    }

    internal byte[] ToBytes()
    {
        var content = new byte[BytesFor(Length)];
        Magic.CopyTo(content);
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(VersionAt), Version);
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(BlockBytesAt), BlockBytes);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(LengthAt), Length);
        Convert.FromHexString(Digest).CopyTo(content, DigestAt);
        _hashes.CopyTo(content, HashesAt);
        SHA256.HashData(content.AsSpan(..^HashBytes), content.AsSpan(^HashBytes..));
        return content;
    }

    /// <summary>The block with the byte at <paramref name="offset"/>; behind the end, the last one.</summary>
    internal int BlockAt(long offset) => (int)(Math.Min(offset, Length - 1) / BlockBytes);

    /// <summary>Where a block begins; the file's length for the one behind the last.</summary>
    internal long StartOf(int block) => Math.Min((long)block * BlockBytes, Length);

    internal bool Matches(int block, ReadOnlySpan<byte> hash) =>
        _hashes.AsSpan(block * HashBytes, HashBytes).SequenceEqual(hash);

    private static int Int32(ReadOnlySpan<byte> content, int at) =>
        BinaryPrimitives.ReadInt32LittleEndian(content[at..]);

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new InvalidDataException(problem);
        }
    }
}
