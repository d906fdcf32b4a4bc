using KoopmanMesh.ServiceDefaults.Artifacts;

namespace KoopmanMesh.ServiceDefaults.Tests.Artifacts;

/// <summary>The list of an artifact's blocks isn't counted, stays as long as the artifact, and goes after it.</summary>
public sealed class BlockCollectionTests : IAsyncLifetime
{
    private const int Block = BlockStore.Block;

    private static readonly TimeSpan _retention = TimeSpan.FromDays(30);
    private static readonly CollectionPlan _plan = new(_retention, TimeSpan.FromHours(1));

    private readonly BlockStore _store = new();
    private readonly RunBook _book = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Trash => Path.Combine(_store.Folder.Path, "artifacts", "trash", _store.Digest);

    public async ValueTask InitializeAsync() => await _store.StoreAsync(Ct);

    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Collect_OldAndUnwanted_DeletesTheListAfterTheArtifact()
    {
        Age(_store.Path, _store.ListPath);

        Assert.Equal(new CollectedArtifacts(0, 1, BlockStore.Length, 0, 0), await CollectAsync(_plan));
        Assert.True(File.Exists(_store.ListPath));
        Assert.Equal(new CollectedArtifacts(0, 0, 0, 0, 0), await CollectAsync(_plan));
        Assert.True(File.Exists(_store.ListPath));
        Age(Trash);

        Assert.Equal(new CollectedArtifacts(0, 0, 0, 1, BlockStore.Length), await CollectAsync(_plan));
        Assert.Empty(_store.Folder.Files());
    }

    [Fact]
    public async Task Collect_WithoutGrace_DeletesBothAtOnce()
    {
        Age(_store.Path, _store.ListPath);

        await CollectAsync(_plan with { Grace = TimeSpan.Zero });

        Assert.Empty(_store.Folder.Files());
    }

    [Fact]
    public async Task Collect_OfWhatIsUsed_KeepsItsOldList()
    {
        Age(_store.ListPath);

        Assert.Equal(new CollectedArtifacts(1, 0, 0, 0, 0), await CollectAsync(_plan));

        Assert.True(File.Exists(_store.ListPath));
    }

    [Fact]
    public async Task Read_OfWhatComesBackFromTheTrash_StillGoesByBlocks()
    {
        Age(_store.Path, _store.ListPath);
        await CollectAsync(_plan);
        _store.Damage(4 * Block, Trash);

        Assert.Equal(BlockStore.Slice(Block, 10), await _store.ReadAsync(Block, 10, Ct));
    }

    // What an older program deleted, or a writer that was killed had begun.
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Collect_OfAListWithoutItsArtifact_DeletesOldOnes(bool old, bool stays)
    {
        File.Delete(_store.Path);
        if (old)
        {
            Age(_store.ListPath);
        }

        Assert.Equal(new CollectedArtifacts(0, 0, 0, 0, 0), await CollectAsync(_plan with { DryRun = true }));
        Assert.True(File.Exists(_store.ListPath));
        Assert.Equal(new CollectedArtifacts(0, 0, 0, 0, 0), await CollectAsync(_plan));
        Assert.Equal(stays, File.Exists(_store.ListPath));
    }

    [Fact]
    public async Task Collect_AfterTheArtifactWasSetAside_DeletesBoth()
    {
        _store.Damage(Block);
        await Assert.ThrowsAsync<ArtifactStoreException>(() => _store.ReadAsync(Block, 10, Ct));
        Age(Path.Combine(_store.Folder.Path, Assert.Single(_store.Quarantined())), _store.ListPath);

        await CollectAsync(_plan);

        Assert.Empty(_store.Folder.Files());
    }

    private static void Age(params string[] paths)
    {
        foreach (var path in paths)
        {
            File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-40));
        }
    }

    private Task<CollectedArtifacts> CollectAsync(CollectionPlan plan) =>
        new ArtifactSweep(_store.State, _book.Runs, _book.Work, TimeProvider.System).CollectAsync(plan, Ct);
}
