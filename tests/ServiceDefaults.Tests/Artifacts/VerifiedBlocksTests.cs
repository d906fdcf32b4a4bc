using System.Security.Cryptography;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Tests.Artifacts;

/// <summary>Of a file with a list of its blocks, what is read is verified, and nothing else.</summary>
public sealed class VerifiedBlocksTests : IAsyncLifetime
{
    private const int Block = BlockStore.Block;

    private readonly BlockStore _store = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _store.StoreAsync(Ct);

    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(0, 1, 0, 0)]
    [InlineData(2 * Block, Block, 2, 2)]
    [InlineData((2 * Block) + 5, 1000, 2, 2)]
    [InlineData((3 * Block) - 1, 2, 2, 3)]
    [InlineData(Block + 1, 3 * Block, 1, 4)]
    [InlineData(BlockStore.Length - 1, 1, 5, 5)]
    public async Task Read_OfARange_TouchesItsBlocksOnly(int from, int count, int first, int last)
    {
        _store.DamageAllBut(first, last);

        Assert.Equal(BlockStore.Slice(from, count), await _store.ReadAsync(from, count, Ct));
        using var stream = _store.Open().OpenRead(_store.Digest);
        var bytes = new byte[count];
        stream.Position = from;
        stream.ReadExactly(bytes);
        Assert.Equal(BlockStore.Slice(from, count), bytes);
    }

    [Fact]
    public async Task Read_OfABlockThatChanged_ThrowsAndSetsTheFileAside_AndElsewhereReadsOn()
    {
        _store.Damage((3 * Block) + 7);
        var actual = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(_store.Path, Ct)));
        var store = _store.Open();
        await using var stream = store.OpenRead(_store.Digest);
        var buffer = new byte[1000];
        await stream.ReadExactlyAsync(buffer, Ct);
        Assert.Equal(BlockStore.Slice(0, 1000), buffer);
        stream.Position = 3 * Block;
        buffer.AsSpan().Clear();

        var e = await Assert.ThrowsAsync<ArtifactStoreException>(() => stream.ReadAsync(buffer, Ct).AsTask());

        Assert.Equal(
            $"artifact {_store.Digest} was corrupt on disk, its content's digest is {actual}, and was set aside in "
                + "artifacts/quarantine; store the content again",
            e.Message);
        Assert.Equal(ArtifactStoreException.Corrupt, e.Reason);
        Assert.Equal(new byte[1000], buffer);
        Assert.Single(_store.Quarantined());
        Assert.Single(_store.Messages(LogLevel.Error));
        Assert.Null(store.Find(_store.Digest));

        await _store.StoreAsync(Ct);
        Assert.Equal(BlockStore.Content, await store.ReadAllBytesAsync(_store.Digest, Ct));
        Assert.Empty(_store.Messages(LogLevel.Warning));
    }

    [Fact]
    public async Task Read_ThatSpansBlocks_HandsOutNothingBeforeTheLastIsSeen()
    {
        _store.Damage((5 * Block) - 1);
        await using var stream = _store.Open().OpenRead(_store.Digest);
        stream.Position = Block + 17;
        var buffer = new byte[3 * Block];

        await Assert.ThrowsAsync<ArtifactStoreException>(() => stream.ReadAsync(buffer, Ct).AsTask());

        Assert.DoesNotContain(buffer, b => b != 0);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-Block)]
    [InlineData(-BlockStore.Length)]
    [InlineData(1)]
    [InlineData(Block)]
    public async Task Read_OfAFileOfAnotherLength_ThrowsWhereverItBegins(int difference)
    {
        using (var file = File.OpenWrite(_store.Path))
        {
            file.SetLength(BlockStore.Length + difference);
        }

        await using var stream = _store.Open().OpenRead(_store.Digest);

        await Assert.ThrowsAsync<ArtifactStoreException>(() => stream.ReadAsync(new byte[1], Ct).AsTask());
        Assert.Single(_store.Quarantined());
    }

    [Fact]
    public async Task Read_AfterTheBlockWasSeen_SeesALaterChange()
    {
        var store = _store.Open();
        await BlockStore.ReadAsync(store, _store.Digest, Block, 10, Ct);
        _store.Damage(Block);

        await Assert.ThrowsAsync<ArtifactStoreException>(
            () => BlockStore.ReadAsync(store, _store.Digest, Block, 10, Ct));
    }

    // A change that leaves length and time as they were tells whether a block is read a second time.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Renewal_ByThisProcessAlone_KeepsWhatWasSeen(bool byThis)
    {
        var clock = new ManualTimeProvider();
        var (store, other) = (_store.Open(clock), _store.Open(clock));
        var stored = clock.GetUtcNow().UtcDateTime;
        File.SetLastWriteTimeUtc(_store.Path, stored);
        await BlockStore.ReadAsync(store, _store.Digest, Block, 10, Ct);
        _store.Damage(Block);
        File.SetLastWriteTimeUtc(_store.Path, stored);
        clock.Advance(TimeSpan.FromHours(2));

        (byThis ? store : other).Find(_store.Digest);
        Assert.Equal(clock.GetUtcNow().UtcDateTime, File.GetLastWriteTimeUtc(_store.Path));
        var reading = BlockStore.ReadAsync(store, _store.Digest, Block, 10, Ct);

        if (byThis)
        {
            Assert.NotEqual(BlockStore.Slice(Block, 10), await reading);
        }
        else
        {
            await Assert.ThrowsAsync<ArtifactStoreException>(() => reading);
        }
    }

    [Fact]
    public async Task Read_ByManyAtOnce_IsRightForEach()
    {
        var store = _store.Open();

        await Parallel.ForEachAsync(Enumerable.Range(0, 64), Ct, async (i, ct) =>
        {
            var random = new Random(i);
            var (from, count) = (random.Next(BlockStore.Length - 1000), random.Next(1, 1000));
            Assert.Equal(
                BlockStore.Slice(from, count), await BlockStore.ReadAsync(store, _store.Digest, from, count, ct));
        });
    }

    [Fact]
    public async Task Read_AtTheEndAndBehind_IsEmpty()
    {
        await using var stream = _store.Open().OpenRead(_store.Digest);

        stream.Position = BlockStore.Length;
        Assert.Equal(0, await stream.ReadAsync(new byte[10], Ct));
        stream.Position = 1L << 60;
        Assert.Equal(0, await stream.ReadAsync(new byte[10], Ct));
    }

    [Fact]
    public async Task Read_Cancelled_StopsWhileABlockIsSeen()
    {
        await using var stream = _store.Open().OpenRead(_store.Digest);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => stream.ReadAsync(new byte[1], new CancellationToken(canceled: true)).AsTask());
    }
}
