using System.Buffers.Binary;
using System.Security.Cryptography;
using KoopmanMesh.ServiceDefaults.Artifacts;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Tests.Artifacts;

/// <summary>A list that is missing or can't be trusted makes reading slow, and never wrong.</summary>
public sealed class BlockListFileTests : IAsyncLifetime
{
    private const int Block = BlockStore.Block;
    private const int HashesAt = 56;

    private readonly BlockStore _store = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Harms => new()
    {
        { "truncated", "and 20971643 bytes of content need 280" },
        { "empty", "it does not begin as one" },
        { "longer", "it has 281 bytes" },
        { "no list", "it does not begin as one" },
        { "a hash damaged", "its checksum does not match" },
        { "the checksum damaged", "its checksum does not match" },
        { "version 0", "its version is 0" },
        { "blocks of 1 byte", "its blocks have 1 bytes each" },
        { "another length", "it is of 20971644 bytes, and the file has 20971643" },
        { "a block too few", "it has 248 bytes" },
        { "another artifact", "it is of artifact " },
    };

    public async ValueTask InitializeAsync() => await _store.StoreAsync(Ct);

    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Harms))]
    public async Task ListThatIsHarmed_IsToldOfOnce_AndTheContentIsReadAllTheSame(string harm, string problem)
    {
        Harm(harm);
        var store = _store.Open();

        Assert.Equal(BlockStore.Slice(Block, 10), await BlockStore.ReadAsync(store, _store.Digest, Block, 10, Ct));
        File.SetLastWriteTimeUtc(_store.Path, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-5));
        Assert.Equal(BlockStore.Content, await store.ReadAllBytesAsync(_store.Digest, Ct));

        var message = Assert.Single(_store.Messages(LogLevel.Warning));
        Assert.StartsWith($"Block list of artifact {_store.Digest} was not used", message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
        Assert.Empty(_store.Quarantined());
    }

    [Theory]
    [MemberData(nameof(Harms))]
    public async Task ListThatIsHarmed_VouchesForNothing(string harm, string problem)
    {
        Harm(harm);
        _store.Damage(4 * Block);

        await Assert.ThrowsAsync<ArtifactStoreException>(() => _store.ReadAsync(0, 10, Ct));

        Assert.Single(_store.Quarantined());
        Assert.All(_store.Messages(LogLevel.Warning), m => Assert.Contains(problem, m, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Harms))]
    public async Task ListThatIsHarmed_IsReplacedWhenTheContentIsStoredAgain(string harm, string problem)
    {
        var good = await File.ReadAllBytesAsync(_store.ListPath, Ct);
        Harm(harm);

        await _store.StoreAsync(Ct);

        Assert.Equal(good, await File.ReadAllBytesAsync(_store.ListPath, Ct));
        Assert.DoesNotContain(_store.Messages(LogLevel.Warning), m => m.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ListThatLies_YieldsToTheDigest()
    {
        var good = await File.ReadAllBytesAsync(_store.ListPath, Ct);
        var lie = Sealed([.. good], c => c[HashesAt + 32]++);
        await File.WriteAllBytesAsync(_store.ListPath, lie, Ct);
        var store = _store.Open();

        Assert.Equal(BlockStore.Content, await store.ReadAllBytesAsync(_store.Digest, Ct));
        Assert.Equal(BlockStore.Slice(Block, 10), await BlockStore.ReadAsync(store, _store.Digest, Block, 10, Ct));

        var message = Assert.Single(_store.Messages(LogLevel.Warning));
        Assert.EndsWith("a block of the intact file differs from it.", message, StringComparison.Ordinal);
        Assert.Empty(_store.Quarantined());
        await _store.StoreAsync(Ct);
        Assert.Equal(good, await File.ReadAllBytesAsync(_store.ListPath, Ct));
    }

    [Fact]
    public async Task ListOfANewerProgram_IsNeitherUsedNorReplacedNorToldOf()
    {
        var content = await File.ReadAllBytesAsync(_store.ListPath, Ct);
        content[8] = 2;
        await File.WriteAllBytesAsync(_store.ListPath, content, Ct);

        await _store.StoreAsync(Ct);
        Assert.Equal(BlockStore.Content, await _store.Open().ReadAllBytesAsync(_store.Digest, Ct));
        _store.Damage(4 * Block);
        await Assert.ThrowsAsync<ArtifactStoreException>(() => _store.ReadAsync(0, 10, Ct));

        Assert.Equal(content, await File.ReadAllBytesAsync(_store.ListPath, Ct));
        Assert.Empty(_store.Messages(LogLevel.Warning));
    }

    [Fact]
    public async Task ArtifactOfAnOlderProgram_IsSeenAsAWholeByTheFirstRead()
    {
        File.Delete(_store.ListPath);
        Assert.Equal(BlockStore.Content, await _store.Open().ReadAllBytesAsync(_store.Digest, Ct));
        _store.Damage(4 * Block);

        await Assert.ThrowsAsync<ArtifactStoreException>(() => _store.ReadAsync(0, 10, Ct));

        Assert.Empty(_store.Messages(LogLevel.Warning));
    }

    [Fact]
    public async Task ListThatCanNotBeRead_IsToldOf_AndTheContentIsReadAllTheSame()
    {
        File.Delete(_store.ListPath);
        Directory.CreateDirectory(_store.ListPath);

        Assert.Equal(BlockStore.Slice(Block, 10), await _store.ReadAsync(Block, 10, Ct));

        Assert.Single(_store.Messages(LogLevel.Warning));
    }

    [Theory]
    [InlineData(BlockStore.Block, false)]
    [InlineData(BlockStore.Block + 1, true)]
    public async Task Put_OfMoreThanABlock_WritesAList(int length, bool has)
    {
        var info = await _store.Open().PutAsync(BlockStore.RandomContent(length, seed: 3), Ct);

        var list = Path.Combine(_store.Folder.Path, "artifacts", info.Digest[..2], info.Digest[2..] + ".blocks");
        Assert.Equal(has, File.Exists(list));
    }

    [Fact]
    public async Task Put_GivesTheListItsNameBeforeTheArtifact()
    {
        File.Delete(_store.Path);
        File.Delete(_store.ListPath);
        var seen = Task.Run(
            () =>
            {
                while (!File.Exists(_store.Path))
                {
                    Ct.ThrowIfCancellationRequested();
                }

                return File.Exists(_store.ListPath);
            },
            Ct);

        await _store.StoreAsync(Ct);

        Assert.True(await seen);
    }

    [Fact]
    public async Task Put_ThatCanNotNameTheArtifact_LeavesNoList()
    {
        File.Delete(_store.Path);
        File.Delete(_store.ListPath);
        Directory.CreateDirectory(_store.Path);

        var e = await Assert.ThrowsAsync<ArtifactStoreException>(() => _store.StoreAsync(Ct));

        Assert.Equal(ArtifactStoreException.Failed, e.Reason);
        Assert.Empty(_store.Folder.Files());
    }

    private void Harm(string how)
    {
        var content = File.ReadAllBytes(_store.ListPath);
        content = how switch
        {
            "truncated" => content[..^40],
            "empty" => [],
            "longer" => [.. content, 0],
            "no list" => BlockStore.RandomContent(content.Length, seed: 5),
            "a hash damaged" => Changed(content, HashesAt + 3),
            "the checksum damaged" => Changed(content, content.Length - 1),
            "version 0" => Sealed(content, c => c[8] = 0),
            "blocks of 1 byte" => Sealed(content, c => BinaryPrimitives.WriteInt32LittleEndian(c.AsSpan(12), 1)),
            "another length" => Sealed(content, c => c[16]++),
            "a block too few" => Sealed(content[..^32], _ => { }),
            _ => Sealed(content, c => c[24]++),
        };
        File.WriteAllBytes(_store.ListPath, content);
    }

    private static byte[] Changed(byte[] content, int at)
    {
        content[at] ^= 1;
        return content;
    }

    // With the checksum that belongs to the change.
    private static byte[] Sealed(byte[] content, Action<byte[]> change)
    {
        change(content);
        SHA256.HashData(content.AsSpan(..^32), content.AsSpan(^32..));
        return content;
    }
}
