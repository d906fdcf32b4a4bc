using System.Text;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using KoopmanMesh.ServiceDefaults.Work;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Tests.Artifacts;

/// <summary>What is old and what nothing refers to goes; nothing else ever does.</summary>
public sealed class ArtifactCollectionTests : IDisposable
{
    private static readonly TimeSpan _retention = TimeSpan.FromDays(30);
    private static readonly CollectionPlan _plan = new(_retention, TimeSpan.FromHours(1));

    private readonly TemporaryFolder _folder = new();
    private readonly RunBook _book = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Collect_OldAndUnwanted_GoesIntoTheTrashAndAnIntervalLaterAway()
    {
        var old = await StoreAsync("old", days: 40);
        var recent = await StoreAsync("recent", days: 20);

        var first = await CollectAsync();
        var second = await CollectAsync();
        Age(Path.Combine("trash", old), TimeSpan.FromHours(2));
        var third = await CollectAsync();

        Assert.Equal(new CollectedArtifacts(1, 1, 3, 0, 0), first);
        Assert.Equal(new CollectedArtifacts(1, 0, 0, 0, 0), second);
        Assert.Equal(new CollectedArtifacts(1, 0, 0, 1, 3), third);
        Assert.False(Store().Exists(old));
        Assert.True(Store().Exists(recent));
    }

    [Fact]
    public async Task Collect_WhatARunUnderWayRefersTo_Stays()
    {
        var (model, data) = (await StoreAsync("model", days: 400), await StoreAsync("data", days: 400));
        var (pairs, merged) = (await StoreAsync("pairs", days: 400), await StoreAsync("merged", days: 400));
        var shard = await StoreAsync($$"""{"summary":"none","components":[{"pairs":"{{pairs}}"}]}""", days: 400);
        var run = _book.Submit(model, data);
        _book.Done(new WorkKey(run, WorkKind.Shard), shard);
        _book.Done(new WorkKey(run, WorkKind.Merge, 1, 1), merged);

        Assert.Equal(new CollectedArtifacts(5, 0, 0, 0, 0), await CollectAsync());
    }

    [Fact]
    public async Task Collect_OfAnEndedRun_KeepsItsOutcomeForTheRetentionAndNotItsSteps()
    {
        var (model, report) = (await StoreAsync("model", days: 400), await StoreAsync("report", days: 400));
        var (fit, step) = (await StoreAsync("operator", days: 400), await StoreAsync("step", days: 400));
        var run = _book.Submit(model, state: RunState.Succeeded, ended: Now.AddDays(-29));
        _book.Change(run, r => r with
        {
            Artifacts = r.Artifacts.SetItem("report", report),
            Operators = r.Operators.SetItem(0, fit),
        });
        _book.Done(new WorkKey(run, WorkKind.Shard), step);

        Assert.Equal(1, (await CollectAsync()).Discarded);
        Assert.All([model, report, fit], digest => Assert.True(Store().Exists(digest)));

        _book.Change(run, r => r with { EndedAt = Now.AddDays(-31) });
        Age("", TimeSpan.FromDays(400));
        Assert.Equal(3, (await CollectAsync()).Discarded);
    }

    [Fact]
    public async Task Collect_WhatSomebodyAskedFor_CountsAsUsed()
    {
        var (found, read) = (await StoreAsync("found", days: 40), await StoreAsync("read", days: 40));
        Store().Find(found);
        await Store().ReadAllBytesAsync(read, Ct);

        Assert.Equal(0, (await CollectAsync()).Discarded);
    }

    [Fact]
    public async Task Collect_WhatIsAskedForInTheTrash_ComesBack()
    {
        var old = await StoreAsync("old", days: 40);
        await CollectAsync();

        Assert.Equal("old"u8.ToArray(), await Store().ReadAllBytesAsync(old, Ct));
        Age(Path.Combine(old[..2], old[2..]), TimeSpan.FromHours(2));
        Assert.Equal(new CollectedArtifacts(1, 0, 0, 0, 0), await CollectAsync());
    }

    [Fact]
    public async Task Collect_ASubmitBetweenTheLookAndTheDeed_LosesNothing()
    {
        var old = await StoreAsync("old", days: 40);
        await CollectAsync();
        Age(Path.Combine("trash", old), TimeSpan.FromHours(2));
        _book.AfterLook = () =>
        {
            Assert.True(Store().Exists(old));
            _book.Submit(old);
            return Task.CompletedTask;
        };

        await CollectAsync();

        Assert.Equal("old"u8.ToArray(), await Store().ReadAllBytesAsync(old, Ct));
    }

    [Fact]
    public async Task Collect_DryRun_TellsAndChangesNothing()
    {
        await StoreAsync("old", days: 40);
        var before = _folder.Files().Order().ToArray();

        var told = await Collection().CollectAsync(_plan with { DryRun = true, Grace = TimeSpan.Zero }, Ct);

        Assert.Equal(new CollectedArtifacts(0, 1, 3, 1, 3), told);
        Assert.Equal(before, _folder.Files().Order());
    }

    [Fact]
    public async Task Collect_WithoutGrace_DeletesAtOnce()
    {
        var old = await StoreAsync("old", days: 40);

        await Collection().CollectAsync(_plan with { Grace = TimeSpan.Zero }, Ct);

        Assert.False(Store().Exists(old));
        Assert.Empty(_folder.Files());
    }

    // Submits, collections and time in random order, and a submit in the middle of every collection.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Collect_AmongRandomSubmits_NeverDeletesWhatARunRefersTo(int seed)
    {
        var random = new Random(seed);
        string[] digests = new string[24];
        for (var i = 0; i < digests.Length; i++)
        {
            digests[i] = await StoreAsync($"content {i}", days: 40);
        }

        _book.AfterLook = () => SubmitAsync(random, digests);
        for (var step = 0; step < 120; step++)
        {
            await (random.Next(3) switch
            {
                0 => SubmitAsync(random, digests),
                1 => PassAsync(random),
                _ => CollectAsync(),
            });
            foreach (var run in _book.All().Where(r => !r.HasEnded))
            {
                await Store().ReadAllBytesAsync(run.Spec.Model.Digest, Ct);
                await Store().ReadAllBytesAsync(run.Spec.Data.Digest, Ct);
            }
        }
    }

    [Fact]
    public async Task Collect_ByManyBesideManySubmits_NeverDeletesWhatARunRefersTo()
    {
        var stored = Enumerable.Range(0, 60).Select(i => StoreAsync($"content {i}", days: 40));
        var digests = await Task.WhenAll(stored);
        using var done = new CancellationTokenSource();
        Task[] collectors = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    await CollectAsync();
                }
            },
            Ct))];

        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(
            async () =>
            {
                var random = new Random(seed);
                for (var i = 0; i < 50; i++)
                {
                    await SubmitAsync(random, digests);
                }
            },
            Ct)));
        await done.CancelAsync();
        await Task.WhenAll(collectors);

        foreach (var run in _book.All())
        {
            await Store().ReadAllBytesAsync(run.Spec.Model.Digest, Ct);
        }
    }

    [Fact]
    public void Options_TooShort_AreRefusedByName()
    {
        var options = new ArtifactCollectionOptions
        {
            ArtifactRetention = TimeSpan.FromHours(3),
            CollectInterval = TimeSpan.FromSeconds(1),
        };

        var result = new ArtifactCollectionOptionsValidator().Validate(null, options);

        Assert.Equal(
            [
                "State:ArtifactRetention is 03:00:00, expected 1 day or more, or 0 for ever",
                "State:CollectInterval is 00:00:01, expected 1 minute or more",
            ],
            result.Failures);
    }

    // A client asks whether its files are stored, sends what is not, and submits.
    private async Task SubmitAsync(Random random, string[] digests)
    {
        var picked = Enumerable.Range(0, 2).Select(_ => random.Next(digests.Length)).ToArray();
        foreach (var i in picked)
        {
            if (!Store().Exists(digests[i]))
            {
                await Store().PutAsync(Encoding.UTF8.GetBytes($"content {i}"), Ct);
            }
        }

        _book.Submit(digests[picked[0]], digests[picked[1]]);
    }

    // Runs end, and everything becomes older than the retention and the grace.
    private Task PassAsync(Random random)
    {
        foreach (var run in _book.All().Where(r => !r.HasEnded && random.Next(2) == 0))
        {
            _book.Change(run.RunId, r => r with { State = RunState.Succeeded, EndedAt = Now.AddDays(-31) });
        }

        Age("", TimeSpan.FromDays(40));
        return Task.CompletedTask;
    }

    private async Task<string> StoreAsync(string content, int days)
    {
        var info = await Store().PutAsync(Encoding.UTF8.GetBytes(content), Ct);
        Age(Path.Combine(info.Digest[..2], info.Digest[2..]), TimeSpan.FromDays(days));
        return info.Digest;
    }

    // A file, or all of a folder.
    private void Age(string name, TimeSpan by)
    {
        var path = Path.Combine(_folder.Path, "artifacts", name);
        var files = File.Exists(path) ? [path] : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories);
        foreach (var file in files)
        {
            File.SetLastWriteTimeUtc(file, Now.UtcDateTime - by);
        }
    }

    private Task<CollectedArtifacts> CollectAsync() => Collection().CollectAsync(_plan, Ct);

    private ArtifactSweep Collection() => new(State(), _book.Runs, _book.Work, TimeProvider.System);

    private DirectoryArtifactStore Store() =>
        new(State(), TimeProvider.System, NullLogger<DirectoryArtifactStore>.Instance);

    private IOptions<StateOptions> State() => Options.Create(new StateOptions { Root = _folder.Path });
}
