using System.Security.Cryptography;
using KoopmanMesh.ServiceDefaults.Artifacts;

namespace KoopmanMesh.ServiceDefaults.Tests.Artifacts;

public sealed class BlockHasherTests
{
    private const int Block = BlockList.BlockBytes;

    [Theory]
    [InlineData(Block + 1, Block + 1)]
    [InlineData(2 * Block, 2 * Block)]
    [InlineData((2 * Block) + 5, 65_536)]
    [InlineData(3 * Block, 1_000_003)]
    [InlineData((2 * Block) + 1, Block)]
    public void List_OfContentInPieces_IsThatOfItsBlocks(int length, int piece)
    {
        var content = BlockStore.RandomContent(length, seed: piece);
        using var hasher = new BlockHasher();

        for (var at = 0; at < length; at += piece)
        {
            hasher.Append(content.AsSpan(at, Math.Min(piece, length - at)));
        }

        var (digest, blocks) = hasher.Complete();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), digest);
        Assert.NotNull(blocks);
        Assert.Equal((digest, length, (length + Block - 1) / Block), (blocks.Digest, blocks.Length, blocks.Count));
        var read = BlockList.Parse(blocks.ToBytes(), digest, length);
        for (var i = 0; i < blocks.Count; i++)
        {
            var end = Math.Min((i + 1) * Block, length);
            Assert.True(read.Matches(i, SHA256.HashData(content.AsSpan((i * Block)..end))));
            Assert.Equal((i * Block, end), (read.StartOf(i), read.StartOf(i + 1)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(Block)]
    public void List_OfASingleBlock_IsNone(int length)
    {
        var content = BlockStore.RandomContent(length, seed: 1);
        using var hasher = new BlockHasher();
        hasher.Append(content);

        Assert.Equal((Convert.ToHexStringLower(SHA256.HashData(content)), null), hasher.Complete());
    }
}
