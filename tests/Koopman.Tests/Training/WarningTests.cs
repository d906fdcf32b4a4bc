using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Koopman.Training.Watching;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Tests.Training;

/// <summary>What limits the meaning of a run is told once, with its numbers.</summary>
public sealed class WarningTests : IDisposable
{
    private readonly TrainingHarness _service = new();

    public void Dispose() => _service.Dispose();

    /// <summary>However many jumps a run made, what it is told of itself is not crowded out.</summary>
    [Fact]
    public async Task Marks_OfThousandsOfJumps_LeaveRoomForTheOthers()
    {
        await _service.WatchAsync([Streams.Begin("jumps"), .. Streams.T13(0, 3)]);
        using var lease = _service.Store.Read("jumps");
        var judge = new TrainingJudge(lease.Run);
        for (var i = 1; i <= 1100; i++)
        {
            judge.Observe(new JumpEntry
            {
                Proposal = i,
                After = 3,
                Horizon = 1,
                LossBefore = 1,
                LossAfter = 2,
                FitSeconds = 0,
                EvaluationSeconds = 0,
                Keep = false,
            });
        }

        judge.Observe(new AlarmEntry(2, Score: null, new AlarmReport { Raised = true }, "it began badly"));

        Assert.Equal(1001, judge.Marks.Count);
        Assert.EndsWith("; further marks like it are left out", judge.Marks[999].Text, StringComparison.Ordinal);
        Assert.Equal((MarkKind.BadInitialisation, "it began badly"), (judge.Marks[1000].Kind, judge.Marks[1000].Text));
    }

    [Fact]
    public async Task MissingSteps_BreakTheWindows()
    {
        var report = TrainingHarness.ReportOf(await _service.WatchAsync(
            [Streams.Begin("gap"), .. Streams.T13(0, 30), .. Streams.T13(33, 60)]));

        var warning = Assert.Single(report.Warnings, w => w.Reason == "MISSING_STEPS");
        Assert.Equal((33, "the snapshot of step 33 came after that of step 29, but the stride is 1: no window spans "
            + "the break"), (warning.Step, warning.Text));
        Assert.Equal(
            [(0, 20), (5, 25), (33, 53), (38, 58)], report.Windows.Select(w => ((int)w.FirstStep, (int)w.LastStep)));
        Assert.All(
            report.Windows, window => Assert.Contains(0.9, window.Modes.Select(mode => Math.Round(mode.Real, 6))));
    }

    [Fact]
    public async Task LearningRateJump_IsToldOnceForTheWindowsThatHaveIt()
    {
        var stream = Enumerable.Range(0, 60).SelectMany(k => Streams.Snapshot(
            k, Streams.T13(k), 1, scalars => scalars.LearningRate = k < 33 ? 0.1 : k < 50 ? 0.05 : 0.0501));

        var report = TrainingHarness.ReportOf(await _service.WatchAsync([Streams.Begin("rate"), .. stream]));

        var warning = Assert.Single(report.Warnings, w => w.Reason == "LEARNING_RATE_JUMP");
        Assert.Equal((33, "the learning rate goes from 0.1 to 0.05 within the window of steps 15 to 35: its "
            + "eigenvalues mix two dynamics"), (warning.Step, warning.Text));
    }

    [Fact]
    public async Task TooFewSnapshots_AreTooShortToTell()
    {
        var report = TrainingHarness.ReportOf(await _service.WatchAsync([Streams.Begin("few"), .. Streams.T13(0, 20)]));

        var warning = Assert.Single(report.Warnings, w => w.Reason == "TOO_FEW_SNAPSHOTS");
        Assert.Equal("20 snapshots came, expected 21 without a break for a window", warning.Text);
        Assert.Equal("too short to tell: 20 snapshots came, a window takes 21 without a break", report.Verdict);
        Assert.Empty(report.Windows);
        Assert.Null(report.Backtest);
    }

    [Fact]
    public async Task NoSnapshots_GiveAReportAllTheSame()
    {
        var report = TrainingHarness.ReportOf(await _service.WatchAsync(Streams.Begin("none")));

        Assert.Equal((0, 2), (report.Snapshots, report.Parameters));
        Assert.StartsWith("too short to tell: ", report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALossThatStays_IsNoHealthyRun()
    {
        var stream = Enumerable.Range(0, 30).SelectMany(k => Streams.Snapshot(k, Streams.T13(k), 2.3));

        var report = TrainingHarness.ReportOf(await _service.WatchAsync([Streams.Begin("idle"), .. stream]));

        Assert.StartsWith(
            "not learning: 100.0 % of the first loss is left; ", report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoLosses_LeaveAPlateauInsteadOfAStop()
    {
        var stream = Enumerable.Range(0, 240).SelectMany(k => Streams.Snapshot(k, Streams.T13(k)));

        var report = TrainingHarness.ReportOf(await _service.WatchAsync([Streams.Begin("lossless"), .. stream]));

        Assert.Single(report.Warnings, w => w.Reason == "NO_LOSSES" && w.Step == 20);
        Assert.Single(report.Warnings, w => w.Reason == "ALARM_FAILED" && w.Step == 14);
        Assert.Equal(MarkKind.Plateau, Assert.Single(report.Marks).Kind);
        Assert.StartsWith("stalled: ", report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alarm_CalibratedOnGoodRuns_IsRaisedForOneThatDoesNotMove()
    {
        for (var run = 0; run < 19; run++)
        {
            var scale = 1 + (0.01 * run);
            await _service.WatchAsync(
            [
                Streams.Begin($"good-{run}"),
                .. Enumerable.Range(0, 15).SelectMany(k => Streams.Snapshot(
                    k, [scale * Streams.T13(k)[0], Streams.T13(k)[1]], scale * Streams.LossOfT13(k))),
            ]);
        }

        var stuck = Enumerable.Range(0, 30)
            .SelectMany(k => Streams.Snapshot(k, [100 + (1e-6 * k), -100 - (1e-6 * k * k)], 500));
        var report = TrainingHarness.ReportOf(await _service.WatchAsync(
            [
                Streams.Begin("stuck", header => header.Alarm = new AlarmOptions
                {
                    NullTrainingIds = { Enumerable.Range(0, 19).Select(run => $"good-{run}") },
                }),
                .. stuck,
            ]));

        Assert.True(report.Alarm.Raised);
        Assert.Equal((19, 0.05, 14), (report.Alarm.NullRuns, report.Alarm.FalseAlarmRate, report.Alarm.Step));
        Assert.True(report.Alarm.Score > report.Alarm.Threshold);
        Assert.Equal(0.05, report.Alarm.PValue);
        Assert.DoesNotContain(report.Warnings, w => w.Reason == "UNCALIBRATED_ALARM");
        Assert.Equal(14, Assert.Single(report.Marks, mark => mark.Kind == MarkKind.BadInitialisation).Step);
        Assert.StartsWith("badly initialised: ", report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alarm_WithTooFewNullRuns_SaysHowManyItTakes()
    {
        await _service.WatchAsync([Streams.Begin("good"), .. Streams.T13(0, 15)]);

        var error = await Assert.ThrowsAsync<KoopmanMesh.ServiceDefaults.Errors.InvalidRequestException>(
            () => _service.WatchAsync(Streams.Begin(
                "new", header => header.Alarm = new AlarmOptions { NullTrainingIds = { "good" } })));

        Assert.Equal(
            "1 null runs are too few for a false-alarm rate of 0.05, expected at least 19", error.Message);
    }
}
