using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Storage;
using KoopmanMesh.ServiceDefaults.Work;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>What is to be collected.</summary>
/// <param name="Retention">Age from which an artifact goes that nothing refers to, and a run's references end.</param>
/// <param name="Grace">How long it waits in the trash before it is deleted.</param>
/// <param name="DryRun">Only tell what would go.</param>
public sealed record CollectionPlan(TimeSpan Retention, TimeSpan Grace, bool DryRun = false);

/// <summary>What a collection came to.</summary>
/// <param name="Kept">Artifacts that stay.</param>
/// <param name="Discarded">Artifacts that went into the trash, or would have.</param>
/// <param name="DiscardedBytes">Their bytes.</param>
/// <param name="Deleted">Artifacts that were deleted from the trash, or would have been.</param>
/// <param name="DeletedBytes">Their bytes.</param>
public sealed record CollectedArtifacts(
    int Kept, int Discarded, long DiscardedBytes, int Deleted, long DeletedBytes);

/// <summary>
/// Deletes artifacts that are old and that nothing refers to, in two steps: into the trash, from which whoever asks for
/// one brings it back; and, if a later look finds it still unwanted, away. So any number of collectors may run at once
/// beside any number of submits. Ages are by the clock that stamps the files.
/// </summary>
public sealed class ArtifactSweep
{
    private readonly ArtifactFolder _folder;
    private readonly ArtifactReferences _references;
    private readonly TimeProvider _time;

    /// <summary>Over the store and the ledgers that are configured.</summary>
    public ArtifactSweep(
        IOptions<StateOptions> options, IRunLedger ledger, IWorkLedger work, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _folder = new ArtifactFolder(options.Value.Root);
        _references = new ArtifactReferences(ledger, work, _folder);
        _time = time;
    }

    /// <summary>Collects once.</summary>
    /// <exception cref="ArtifactStoreException">The folder can't be read or written.</exception>
    public async Task<CollectedArtifacts> CollectAsync(CollectionPlan plan, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(plan);
        try
        {
            return await CollectNowAsync(plan, Now(), ct).ConfigureAwait(false);
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw new ArtifactStoreException(
                ArtifactStoreException.Failed, $"artifacts could not be collected: {e.Message}", e);
        }
    }

    private async Task<CollectedArtifacts> CollectNowAsync(CollectionPlan plan, DateTime now, CancellationToken ct)
    {
        StoredFile[] files = [.. _folder.List()];
        StoredFile[] trash = [.. _folder.ListTrash()];
        HashSet<string> stored = new(files.Concat(trash).Select(static f => f.Digest), StringComparer.Ordinal);
        var live = await _references.FindAsync(stored, _time.GetUtcNow() - plan.Retention, ct).ConfigureAwait(false);
        StoredFile[] unwanted =
            [.. files.Where(f => now - f.UsedAt >= plan.Retention && !live.Contains(f.Digest))];
        StoredFile[] gone = [.. trash.Where(f => now - f.UsedAt >= plan.Grace && !live.Contains(f.Digest))];
        if (plan.Grace == TimeSpan.Zero)
        {
            gone = [.. gone, .. unwanted];
        }

        if (!plan.DryRun)
        {
            Change(unwanted, gone, trash.Where(f => live.Contains(f.Digest)), now);
            _folder.SweepQuarantine(now - plan.Retention);
            _folder.SweepBlocks(now - plan.Retention);
            TemporaryFiles.Sweep(_folder.Temporary, now);
        }

        return new CollectedArtifacts(
            files.Length - unwanted.Length,
            unwanted.Length, unwanted.Sum(static f => f.Length), gone.Length, gone.Sum(static f => f.Length));
    }

    private void Change(
        IEnumerable<StoredFile> unwanted, IEnumerable<StoredFile> gone, IEnumerable<StoredFile> wanted, DateTime now)
    {
        foreach (var file in wanted)
        {
            _folder.Find(file.Digest);
        }

        foreach (var file in unwanted)
        {
            _folder.Discard(file.Digest, now);
        }

        foreach (var file in gone)
        {
            _folder.Delete(file.Digest);
        }
    }

    private DateTime Now()
    {
        using var probe = TemporaryFiles.Open(_folder.Temporary, _time).Create(out var path);
        try
        {
            return File.GetLastWriteTimeUtc(path);
        }
        finally
        {
            StorageFaults.TryDelete(path);
        }
    }
}
