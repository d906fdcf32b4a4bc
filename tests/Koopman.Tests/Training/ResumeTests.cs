using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Tests.Training;

/// <summary>A run that broke off and went on is the run that did not.</summary>
public sealed class ResumeTests : IDisposable
{
    private const int Length = 60;

    private readonly TrainingHarness _service = new();

    public void Dispose() => _service.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(33)]
    public async Task Resume_AfterTheClientHasGone_GivesTheSameReport(int stored)
    {
        var whole = await WholeAsync();

        // The next snapshot is announced and half of it came.
        await _service.WatchBrokenAsync(
            [Streams.Begin("broken"), .. Streams.T13(0, stored), Streams.Announce(stored), Streams.Data(7)]);
        _service.Restart();
        var answers = await _service.WatchAsync([Streams.Resume("broken"), .. Streams.T13(stored, Length)]);

        Assert.Equal(stored, answers[0].Started.Snapshots);
        Assert.Equal(stored > 0, answers[0].Started.HasLastStep);
        AssertSame(whole, TrainingHarness.ReportOf(answers));
        AssertSame(whole, await _service.ReportAsync("broken"));
    }

    [Fact]
    public async Task Resume_AfterAKillAtAnyByte_GivesTheSameReport()
    {
        var whole = await WholeAsync();
        await _service.WatchAsync([Streams.Begin("killed"), .. Streams.T13(0, 40)]);
        var path = _service.FileOf("killed", "journal.jsonl");
        var journal = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var random = new Random(5);
        for (var trial = 0; trial < 12; trial++)
        {
            _service.Restart();
            await File.WriteAllBytesAsync(
                path, journal[..random.Next(journal.Length)], TestContext.Current.CancellationToken);

            var stored = (int)(await _service.WatchBrokenAsync(Streams.Resume("killed")))[0].Started.Snapshots;
            var answers = await _service.WatchAsync([Streams.Resume("killed"), .. Streams.T13(stored, Length)]);

            AssertSame(whole, TrainingHarness.ReportOf(answers));
        }
    }

    /// <summary>A record that was flushed and values that were not: what a machine without power leaves.</summary>
    [Fact]
    public async Task Resume_WithTornValues_DropsTheirSnapshots()
    {
        var whole = await WholeAsync();
        await _service.WatchBrokenAsync([Streams.Begin("torn"), .. Streams.T13(0, 30)]);
        await using (var values = new FileStream(_service.FileOf("torn", "snapshots.bin"), FileMode.Open))
        {
            values.SetLength(28 * 2 * sizeof(double));
        }

        _service.Restart();
        var answers = await _service.WatchAsync([Streams.Resume("torn"), .. Streams.T13(28, Length)]);

        Assert.Equal((28, 27), (answers[0].Started.Snapshots, answers[0].Started.LastStep));
        AssertSame(whole, TrainingHarness.ReportOf(answers));
    }

    [Fact]
    public async Task Resume_OfAFinishedRun_GoesOn()
    {
        var whole = await WholeAsync();
        await _service.WatchAsync([Streams.Begin("more"), .. Streams.T13(0, 30)]);

        var answers = await _service.WatchAsync([Streams.Resume("more"), .. Streams.T13(30, Length)]);

        AssertSame(whole, TrainingHarness.ReportOf(answers));
    }

    [Fact]
    public async Task Resume_OfADamagedJournal_SaysWhichLine()
    {
        await _service.WatchAsync([Streams.Begin("damaged"), .. Streams.T13(0, 5)]);
        var path = _service.FileOf("damaged", "journal.jsonl");
        var lines = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken);
        lines[2] = lines[2][..^4];
        await File.WriteAllLinesAsync(path, lines, TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<PreconditionException>(
            () => _service.WatchAsync(Streams.Resume("damaged")));

        Assert.Equal(
            "line 3 of what is written down of training 'damaged' can't be read; delete the run", error.Message);
    }

    /// <summary>Windows that a stopped service left undone are computed when the run goes on.</summary>
    [Fact]
    public async Task Resume_WithUndoneWindows_ComputesAndTellsThem()
    {
        var whole = await WholeAsync();
        await _service.WatchBrokenAsync([Streams.Begin("undone"), .. Streams.T13(0, 40)]);
        var path = _service.FileOf("undone", "journal.jsonl");
        var lines = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(
            path, lines.Where(line => line.StartsWith("{\"snapshot\"", StringComparison.Ordinal)),
            TestContext.Current.CancellationToken);
        _service.Restart();

        var answers = await _service.WatchAsync([Streams.Resume("undone"), .. Streams.T13(40, Length)]);

        Assert.Equal(whole.Windows, answers.Where(answer => answer.Window is not null).Select(answer => answer.Window));
        AssertSame(whole, TrainingHarness.ReportOf(answers));
    }

    private async Task<TrainingReport> WholeAsync() => TrainingHarness.ReportOf(
        await _service.WatchAsync([Streams.Begin("whole"), .. Streams.T13(0, Length)]));

    private static void AssertSame(TrainingReport expected, TrainingReport actual)
    {
        var renamed = actual.Clone();
        renamed.TrainingId = expected.TrainingId;
        Assert.Equal(expected, renamed);
    }
}
