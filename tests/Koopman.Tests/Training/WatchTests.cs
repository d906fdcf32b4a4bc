using KoopmanMesh.Training.V1;
using PartCase = KoopmanMesh.Training.V1.WatchTrainingResponse.PartOneofCase;

namespace KoopmanMesh.Koopman.Tests.Training;

/// <summary>What is found in a run that is known in closed form.</summary>
public sealed class WatchTests : IDisposable
{
    private readonly TrainingHarness _service = new();

    public void Dispose() => _service.Dispose();

    [Fact]
    public async Task Watch_T13_FindsItsEigenvaluesAndStopsLate()
    {
        var answers = await _service.WatchAsync([Streams.Begin("t13"), .. Streams.T13(0, 260)]);

        var report = TrainingHarness.ReportOf(answers);
        Assert.Equal([1, 0.9, 0.6], report.Windows[0].Modes.Select(m => Math.Round(m.Real, 9)).OrderDescending());
        Assert.False(report.Windows[0].Settled);

        // T31: from snapshot 200 on only the fixed point is left.
        var late = report.Windows.First(window => window.FirstStep == 200);
        Assert.Equal(1, Assert.Single(late.Modes).Real, 1e-9);
        Assert.Equal((1, 1, 0), (late.Rank, late.NearOneMass, late.TransientMass));
        var stop = Assert.Single(report.Marks);
        Assert.Equal(MarkKind.Stop, stop.Kind);
        Assert.InRange(stop.Step, 60, 220);
        Assert.StartsWith("finished: ", report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_AnswersInTheOrderOfTheSnapshots()
    {
        var answers = await _service.WatchAsync([Streams.Begin("order"), .. Streams.T13(0, 32)]);

        Assert.Equal(PartCase.Started, answers[0].PartCase);
        var windows = answers.Select((answer, at) => (answer, at)).Where(x => x.answer.Window is not null).ToArray();
        Assert.Equal([20, 25, 30], windows.Select(x => x.answer.Window.LastStep));
        Assert.All(windows, x => Assert.Equal(x.answer.Window.LastStep, answers[x.at - 1].Stored.Step));
        Assert.Equal(
            Enumerable.Range(1, 32), answers.Where(a => a.Stored is not null).Select(a => (int)a.Stored.Snapshots));
        Assert.Equal(PartCase.Report, answers[^1].PartCase);
    }

    [Fact]
    public async Task Watch_Layers_HaveTheirOwnEigenvalues()
    {
        var answers = await _service.WatchAsync(
            [
                Streams.Begin("layers", header =>
                {
                    header.Observable = Observable.Layers;
                    header.Tensors.Clear();
                    header.Tensors.Add(new ParameterTensor { Name = "slow.weight", Shape = { 1 } });
                    header.Tensors.Add(new ParameterTensor { Name = "fast.weight", Shape = { 1 } });
                }),
                .. Streams.T13(0, 22),
            ]);

        var windows = TrainingHarness.ReportOf(answers).Windows.ToDictionary(window => window.Layer);
        Assert.Equal([1, 0.9], windows["slow"].Modes.Select(m => Math.Round(m.Real, 9)).OrderDescending());
        Assert.Equal([1, 0.6], windows["fast"].Modes.Select(m => Math.Round(m.Real, 9)).OrderDescending());
        Assert.Equal(3, windows[""].Rank);
    }

    /// <summary>
    /// The norm of a snapshot that shrinks by 0.8 shrinks by 0.8, a loss on a floor has 0.81 and 0.36 too.
    /// </summary>
    [Fact]
    public async Task Watch_NormsAndScalars_FollowWhatTheyAreMadeOf()
    {
        var shrinking = Enumerable.Range(0, 30)
            .SelectMany(k => Streams.Snapshot(k, [3 * Math.Pow(0.8, k), 4 * Math.Pow(0.8, k)]));
        var norms = TrainingHarness.ReportOf(await _service.WatchAsync(
            [Streams.Begin("norms", header => header.Observable = Observable.Norms), .. shrinking]));
        var scalars = TrainingHarness.ReportOf(await _service.WatchAsync(
            [Streams.Begin("scalars", header => header.Observable = Observable.Scalars), .. Streams.T13(0, 30)]));

        Assert.Contains(0.8, norms.Windows[0].Modes.Select(mode => Math.Round(mode.Real, 8)));
        Assert.Equal(4, norms.WindowOptions.Delays);
        var found = scalars.Windows[0].Modes.Select(mode => Math.Round(mode.Real, 4)).ToArray();
        Assert.Contains(1, found);
        Assert.Contains(0.81, found);
        Assert.Contains(0.36, found);
    }

    [Fact]
    public async Task Watch_Backtest_PredictsALinearRunAndItsLoss()
    {
        var report = TrainingHarness.ReportOf(
            await _service.WatchAsync([Streams.Begin("back", h => h.Backtest = 7), .. Streams.T13(0, 40)]));

        Assert.DoesNotContain(report.Warnings, warning => warning.Reason == "BACKTEST_FAILED");
        Assert.Equal((7, 32, 39), (report.Backtest.Horizon, report.Backtest.FromStep, report.Backtest.ToStep));
        Assert.InRange(report.Backtest.ErrorToGrowth, 0, 1e-6);
        Assert.Equal(2, report.Backtest.Error.Count);
        Assert.Equal(Enumerable.Range(33, 7).Select(Streams.LossOfT13), report.Backtest.ActualLoss);
        Assert.Equal(Streams.LossOfT13(39), report.Backtest.PredictedLoss[^1], 1e-3);
    }

    /// <summary>T13 with eta = 0.6: one direction has the eigenvalue -1.4.</summary>
    [Fact]
    public async Task Watch_DivergingRun_IsMarkedUnstable()
    {
        var diverging = Enumerable.Range(0, 25)
            .SelectMany(k => Streams.Snapshot(k, [2 - (2 * Math.Pow(0.4, k)), -1 + (1.5 * Math.Pow(-1.4, k))], 1));

        var report = TrainingHarness.ReportOf(await _service.WatchAsync([Streams.Begin("unstable"), .. diverging]));

        Assert.Equal(1.4, report.Windows[0].Instability, 1e-9);
        Assert.Contains(report.Marks, mark => mark.Kind == MarkKind.Instability && mark.Step == 20);
        Assert.StartsWith("unstable: ", report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_Float32_TellsWhenOnlyRoundingMoves()
    {
        var still = Enumerable.Range(0, 22).SelectMany(k => new[]
        {
            Streams.Announce(k, 1), Streams.Data32(1 + (1e-7f * (k % 2)), 2),
        });

        var report = TrainingHarness.ReportOf(await _service.WatchAsync(
            [Streams.Begin("single", h => h.ElementType = KoopmanMesh.Tensor.V1.ElementType.Float32), .. still]));

        Assert.Equal(1e-6, report.WindowOptions.RelativeTolerance);
        Assert.Contains(report.Warnings, w => w.Reason == "FLOAT32_ROUNDING" && w.Step == 20);
    }

    [Fact]
    public async Task Watch_StartedFillsInEveryDefault()
    {
        var started = (await _service.WatchAsync([Streams.Begin("")]))[0].Started;

        Assert.StartsWith("t-", started.TrainingId, StringComparison.Ordinal);
        Assert.Equal((20, 5, 1), (started.Window.Length, started.Window.Hop, started.Window.Delays));
        Assert.Equal((1e-8, 1e-2, 0.01), (
            started.Window.RelativeTolerance, started.Window.Residual, started.Window.Nearness));
        Assert.Equal((0.99, 1e-3, 1e-4, 3), (
            started.Stop.NearOneMass, started.Stop.TransientMass, started.Stop.LossSlope, started.Stop.Patience));
        Assert.Equal((10, 200, 2, 0.5, 20), (
            started.Jump.Horizon, started.Jump.LongestHorizon, started.Jump.Grow, started.Jump.Shrink,
            started.Jump.Rest));
        Assert.Equal(("full", 1, 1e-10, 1), (
            started.Forecast.Partition, started.Forecast.Delays, started.Forecast.RelativeTolerance,
            started.Forecast.Clip));
        Assert.False(started.HasLastStep);
    }
}
