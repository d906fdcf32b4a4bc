using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Tests.Training;

/// <summary>Jumps in the stream: the order of the messages decides what follows from what.</summary>
public sealed class JumpTests : IDisposable
{
    private static readonly WatchTrainingRequest _propose = new() { ProposeJump = new ProposeJump() };

    private readonly TrainingHarness _service = new();

    public void Dispose() => _service.Dispose();

    [Fact]
    public async Task Propose_OnT13_IsTheClosedFormAhead()
    {
        var answers = await _service.WatchAsync([Begin("jump"), .. Streams.T13(0, 25), _propose]);

        var proposal = answers.Single(answer => answer.Proposal is not null).Proposal;
        Assert.Equal((1, 8, ""), (proposal.Proposal_, proposal.Horizon, proposal.Refusal));
        var weights = Assert.Single(Tensors(answers)).Values<double>();
        Assert.Equal(Streams.T13(32)[0], weights[0], 1e-8);
        Assert.Equal(Streams.T13(32)[1], weights[1], 1e-8);
    }

    [Fact]
    public async Task Propose_TooEarly_IsRefusedWithItsReason()
    {
        var answers = await _service.WatchAsync(
            [Begin("early"), .. Streams.T13(0, 9), _propose, .. Streams.T13(9, 12)]);

        var proposal = answers.Single(answer => answer.Proposal is not null).Proposal;
        Assert.Equal((0, "9 snapshots came since the last jump, expected 10"), (proposal.Proposal_, proposal.Refusal));
        Assert.Empty(Tensors(answers));
        Assert.Equal(12, answers.Count(answer => answer.Stored is not null));
    }

    [Fact]
    public async Task KeptJump_GrowsTheHorizon_AndNoWindowSpansIt()
    {
        var answers = await _service.WatchAsync(
            [Begin("kept"), .. Streams.T13(0, 25), _propose, Outcome(1, 2, 1), .. Streams.T13(33, 60)]);

        var decision = answers.Single(answer => answer.Decision is not null).Decision;
        Assert.Equal((1, true, 16), (decision.Proposal, decision.Keep, decision.NextHorizon));
        var report = TrainingHarness.ReportOf(answers);
        Assert.Equal([0, 33, 38], report.Windows.Select(window => (int)window.FirstStep));
        Assert.DoesNotContain(report.Warnings, warning => warning.Reason == "MISSING_STEPS");
        Assert.Equal((24, "proposal 1, 8 snapshots ahead, was kept: the loss went from 2e0 to 1e0"), (
            report.Marks.Single(mark => mark.Kind == MarkKind.JumpKept).Step,
            report.Marks.Single(mark => mark.Kind == MarkKind.JumpKept).Text));
        Assert.Equal((1, 0, 8, 0.5), (
            report.Jumps.Kept, report.Jumps.Rejected, report.Jumps.SnapshotsSkipped, report.Jumps.EvaluationSeconds));
        Assert.False(report.Jumps.HasSavedSeconds);
    }

    [Theory]
    [InlineData(2.5)]
    [InlineData(2)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public async Task WorseJump_IsRejected_AndTheRunGoesOnUnbroken(double lossAfter)
    {
        var answers = await _service.WatchAsync(
            [Begin("worse"), .. Streams.T13(0, 25), _propose, Outcome(1, 2, lossAfter), .. Streams.T13(25, 40)]);

        var decision = answers.Single(answer => answer.Decision is not null).Decision;
        Assert.Equal((false, 4), (decision.Keep, decision.NextHorizon));
        Assert.Equal([0, 5, 10, 15], TrainingHarness.ReportOf(answers).Windows.Select(window => (int)window.FirstStep));
    }

    [Fact]
    public async Task Accounts_WithSeconds_SayWhatJumpingBrought()
    {
        var trained = Enumerable.Range(0, 25)
            .SelectMany(k => Streams.Snapshot(k, Streams.T13(k), 1, scalars => scalars.Seconds = 3));

        var report = TrainingHarness.ReportOf(
            await _service.WatchAsync([Begin("accounts"), .. trained, _propose, Outcome(1, 2, 1)]));

        Assert.Equal(24, report.Jumps.SavedSeconds);
        Assert.Equal(24 - 0.5 - report.Jumps.FitSeconds, report.Jumps.NetSeconds, 1e-9);
        Assert.True(report.Jumps.FitSeconds > 0);
    }

    /// <summary>What was decided before a broken stream holds after it.</summary>
    [Fact]
    public async Task Resume_AfterAKeptJump_BeginsANewStretchFurtherAhead()
    {
        await _service.WatchBrokenAsync([Begin("resumed"), .. Streams.T13(0, 25), _propose, Outcome(1, 2, 1)]);
        _service.Restart();

        var answers = await _service.WatchAsync([Streams.Resume("resumed"), .. Streams.T13(33, 60), _propose]);

        Assert.Equal((2, 16), (
            answers.Single(answer => answer.Proposal is not null).Proposal.Proposal_,
            answers.Single(answer => answer.Proposal is not null).Proposal.Horizon));
        Assert.Equal([0, 33, 38], TrainingHarness.ReportOf(answers).Windows.Select(window => (int)window.FirstStep));
    }

    [Fact]
    public async Task ProposeLimit_OnT13_IsTheOptimum()
    {
        var limit = new WatchTrainingRequest { ProposeLimit = new ProposeLimit() };

        var answers = await _service.WatchAsync([Begin("limit"), limit, .. Streams.T13(0, 24), limit]);

        var proposals = answers.Select(answer => answer.Proposal).OfType<Proposal>().ToArray();
        Assert.Equal("no window has been analysed yet", proposals[0].Refusal);
        Assert.Equal((1, 0, ""), (proposals[1].Proposal_, proposals[1].Horizon, proposals[1].Refusal));
        var weights = Assert.Single(Tensors(answers)).Values<double>();
        Assert.Equal(2, weights[0], 1e-7);
        Assert.Equal(-1, weights[1], 1e-7);
    }

    private static WatchTrainingRequest Begin(string id) => Streams.Begin(id, header =>
        header.Jump = new JumpOptions { Horizon = 8, Rest = 10 });

    private static WatchTrainingRequest Outcome(int proposal, double before, double after) => new()
    {
        Outcome = new JumpOutcome { Proposal = proposal, LossBefore = before, LossAfter = after, Seconds = 0.5 },
    };

    private static List<Contracts.Tensors.NamedTensor> Tensors(IEnumerable<WatchTrainingResponse> answers) =>
        TrainingHarness.Tensors(answers.Select(answer => answer.Tensor).Where(tensor => tensor is not null));
}
