using System.Threading.Channels;
using KoopmanMesh.Koopman.Tests.Intake;
using KoopmanMesh.Koopman.Training;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Koopman.Training.Watching;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Tests.Training;

/// <summary>
/// Only the newest snapshots are kept, on a bounded disk, and it shows in nothing but what needs the others.
/// </summary>
public sealed class HistoryTests : IDisposable
{
    private readonly TrainingHarness _service = new();

    public void Dispose() => _service.Dispose();

    [Fact]
    public async Task Watch_WithShortHistory_FindsTheSameWindowsInABoundedFile()
    {
        var all = TrainingHarness.ReportOf(await _service.WatchAsync([Streams.Begin("all"), .. Streams.T13(0, 200)]));
        var few = TrainingHarness.ReportOf(await _service.WatchAsync(
            [Streams.Begin("few", header => header.History = 25), .. Streams.T13(0, 200)]));

        Assert.Equal(all.Windows, few.Windows);
        Assert.Equal(all.Marks, few.Marks);
        Assert.Equal((25 + 5) * 2 * sizeof(double), new FileInfo(_service.FileOf("few", "snapshots.bin")).Length);
        var dropped = Assert.Single(few.Warnings, warning => warning.Reason == "HISTORY_DROPPED");
        Assert.Equal(25, dropped.Step);
    }

    [Fact]
    public async Task Forecast_WithShortHistory_FitsWhatIsKept()
    {
        await _service.WatchAsync([Streams.Begin("few", header => header.History = 25), .. Streams.T13(0, 41)]);

        var (report, _) = await _service.ForecastAsync(new ForecastRequest { TrainingId = "few", Snapshots = 3 });

        Assert.Equal((25, 40, 43), (report.SnapshotsFitted, report.FromStep, report.ToStep));
    }

    /// <summary>What a client has not read yet is in memory, and keeps no snapshot from being written over.</summary>
    [Fact]
    public async Task Forecast_ThatIsReadSlowly_DoesNotKeepTheTrainerWaiting()
    {
        await _service.WatchAsync([Streams.Begin("few", header => header.History = 25), .. Streams.T13(0, 41)]);

        var (report, _) = await _service.ForecastAsync(
            new ForecastRequest { TrainingId = "few", Snapshots = 3 },
            before: () => _service.WatchAsync([Streams.Resume("few"), .. Streams.T13(41, 120)])
                .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));

        Assert.Equal(40, report.FromStep);
        Assert.Equal(120, (await _service.ReportAsync("few")).Snapshots);
    }

    /// <summary>A stream that ends between storing a snapshot and telling of it leaves no slot held.</summary>
    [Fact]
    public async Task Intake_CancelledBeforeASnapshotIsTold_HoldsNothing()
    {
        await _service.WatchAsync([Streams.Begin("held", header => header.History = 25), .. Streams.T13(0, 20)]);
        using var lease = _service.Store.Resume("held");
        var (ring, items) = (lease.Run.Ring, Channel.CreateBounded<WatchItem>(1));
        Assert.True(items.Writer.TryWrite(new StoredItem(0, Hold: null)));
        using var gone = new CancellationTokenSource();

        // The window that ends with the twenty-first snapshot is to be held, but the queue is full.
        var reading = new WatchIntake(lease.Run, _service.Store, items.Writer).ReadAsync(
            new MessageList<WatchTrainingRequest>([.. Streams.T13(20, 21)]), gone.Token);
        while (ring.Count < 21)
        {
            await Task.Yield();
        }

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        while (ring.Count < ring.Slots)
        {
            ring.Advance();
        }

        Assert.True(ring.WaitForSlotAsync(TestContext.Current.CancellationToken).IsCompleted);
    }

    [Fact]
    public async Task Resume_WithShortHistory_GivesTheSameReport()
    {
        var whole = TrainingHarness.ReportOf(await _service.WatchAsync(
            [Streams.Begin("run", header => header.History = 25), .. Streams.T13(0, 90)]));
        _service.Store.Delete("run");

        await _service.WatchBrokenAsync(
            [Streams.Begin("run", header => header.History = 25), .. Streams.T13(0, 53), Streams.Announce(53),
                Streams.Data(1)]);
        _service.Restart();
        var resumed = await _service.WatchAsync([Streams.Resume("run"), .. Streams.T13(53, 90)]);

        Assert.Equal(whole, TrainingHarness.ReportOf(resumed));
    }

    [Fact]
    public async Task Hold_KeepsASlotFromBeingWrittenOver()
    {
        var ring = new SnapshotRing(slots: 4, history: 3, count: 4);
        var hold = ring.HoldFrom(2);
        await ring.WaitForSlotAsync(TestContext.Current.CancellationToken);
        ring.Advance();
        await ring.WaitForSlotAsync(TestContext.Current.CancellationToken);
        ring.Advance();

        var waiting = ring.WaitForSlotAsync(TestContext.Current.CancellationToken);

        Assert.False(waiting.IsCompleted);
        Assert.Equal((2, 3), (ring.FirstWhole, ring.First));
        hold.Dispose();
        await waiting;
        Assert.Equal(3, ring.FirstWhole);
    }

    [Fact]
    public void Hold_OfWhatMayBeBeingWrittenOver_BeginsAfterIt() =>
        Assert.Equal(3, new SnapshotRing(slots: 4, history: 3, count: 6).HoldFrom(0).First);

    [Fact]
    public async Task Limits_OfBytesAndRuns_AreTold()
    {
        (_service.Options.MaxRunBytes, _service.Options.MaxRuns) = (1 << 20, 1);

        var history = await Assert.ThrowsAsync<CapacityException>(
            () => _service.WatchAsync(Streams.Begin("long", header => header.History = 65_532)));
        await _service.WatchAsync(Streams.Begin("one", header => header.History = 65_531));
        var runs = await Assert.ThrowsAsync<CapacityException>(() => _service.WatchAsync(Streams.Begin("two")));

        Assert.Equal(
            "65532 snapshots of 16 bytes and 5 to spare take more than the 1048576 bytes that a training may",
            history.Message);
        Assert.Equal(
            "1 trainings are stored, which is the most this service keeps; delete one first", runs.Message);
    }

    [Fact]
    public async Task Limits_OfAllRunsTogether_KeepWhatWasStored()
    {
        await _service.WatchAsync([Streams.Begin("first"), .. Streams.T13(0, 2)]);
        _service.Restart();
        _service.Options.MaxTotalBytes = (5 * 16) + new DirectoryInfo(Path.GetDirectoryName(
            _service.FileOf("first", "x"))!).EnumerateFiles().Sum(file => file.Length);

        var error = await Assert.ThrowsAsync<CapacityException>(
            () => _service.WatchAsync([Streams.Begin("second"), .. Streams.T13(0, 7)]));

        Assert.StartsWith("the snapshots of training 'second' would take 96 bytes and those of the others take ",
            error.Message, StringComparison.Ordinal);
        Assert.Equal(5, (await _service.ReportAsync("second")).Snapshots);
    }

    [Fact]
    public async Task Limits_OfTheJournal_KeepWhatWasStored()
    {
        _service.Options.MaxJournalBytes = 700;

        var error = await Assert.ThrowsAsync<CapacityException>(
            () => _service.WatchAsync([Streams.Begin("long"), .. Streams.T13(0, 20)]));

        Assert.Equal("TRAINING_JOURNAL_FULL", error.Reason);
        Assert.InRange((await _service.ReportAsync("long")).Snapshots, 5, 12);
    }

    [Fact]
    public async Task Limits_OfOpenStreams_AreTold()
    {
        _service.Options.MaxOpenStreams = 1;
        using var open = _service.Gate.Open();

        var error = await Assert.ThrowsAsync<CapacityException>(() => _service.WatchAsync(Streams.Begin("second")));

        Assert.Equal("1 trainings are open, which is the most this service takes at once", error.Message);
    }

    [Fact]
    public void Options_OutOfRange_AreAllNamed()
    {
        var options = new TrainingServiceOptions { MaxRunBytes = 7, MaxRuns = 0, MaxParameters = -1 };

        var result = new TrainingServiceOptionsValidator().Validate(name: null, options);

        Assert.Equal(
            [
                "Training:MaxRunBytes is 7, expected at least 1048576",
                "Training:MaxParameters is -1, expected at least 1",
                "Training:MaxRuns is 0, expected at least 1",
            ],
            result.Failures);
    }

    [Fact]
    public async Task List_BesideADamagedRun_ShowsTheOthers()
    {
        await _service.WatchAsync([Streams.Begin("good"), .. Streams.T13(0, 3)]);
        await _service.WatchAsync([Streams.Begin("bad"), .. Streams.T13(0, 3)]);
        await File.WriteAllTextAsync(
            _service.FileOf("bad", "manifest.json"), "{", TestContext.Current.CancellationToken);

        Assert.Equal("good", Assert.Single(_service.Store.List(10, TestContext.Current.CancellationToken)).Manifest.TrainingId);
        Assert.Equal("TRAINING_DAMAGED", Assert.Throws<PreconditionException>(() => _service.Store.Read("bad")).Reason);
    }

    [Fact]
    public async Task Delete_ForgetsTheRun_AndListShowsTheOthersNewestFirst()
    {
        await _service.WatchAsync([Streams.Begin("a"), .. Streams.T13(0, 30)]);
        await _service.WatchBrokenAsync([Streams.Begin("b"), .. Streams.T13(0, 3)]);
        await _service.WatchAsync(Streams.Begin("c"));
        _service.Store.Delete("c");

        var listed = new KoopmanMesh.Koopman.Training.Calls.ReportCall(_service.Store, _service.Gate)
            .List(new ListTrainingsRequest(), TestContext.Current.CancellationToken);

        Assert.Equal(["b", "a"], listed.Trainings.Select(run => run.TrainingId));
        Assert.Equal([3, 30], listed.Trainings.Select(run => (int)run.Snapshots));
        Assert.Equal("", listed.Trainings[0].Verdict);
        Assert.StartsWith("healthy: ", listed.Trainings[1].Verdict, StringComparison.Ordinal);
        Assert.All(listed.Trainings, run => Assert.Equal(2, run.Parameters));
        var error = Assert.Throws<ResourceNotFoundException>(() => _service.Store.Delete("c"));
        Assert.Equal("no training 'c' is stored here", error.Message);
        Assert.DoesNotContain(Directory.EnumerateDirectories(_service.Root), folder => folder.EndsWith('c'));
    }
}
