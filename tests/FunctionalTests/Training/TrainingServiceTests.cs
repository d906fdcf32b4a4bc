using Grpc.Core;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.FunctionalTests.Operators;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.FunctionalTests.Training;

/// <summary>Runs over a real socket: watched, broken off, resumed, refused, forecast and forgotten.</summary>
public sealed class TrainingServiceTests(MeshFixture mesh) : IDisposable
{
    private readonly TrainingCalls _calls = new(mesh.Address);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _calls.Dispose();

    [Fact]
    public async Task Watch_T13_FindsItsEigenvaluesAndStopsLate()
    {
        var answers = await _calls.WatchAsync(TrainingCalls.Header(""), TrainingCalls.T13(0, 240));

        var windows = answers.Where(answer => answer.Window is not null).Select(answer => answer.Window).ToArray();
        Assert.Equal([1, 0.9, 0.6], windows[0].Modes.Select(mode => Math.Round(mode.Real, 9)).OrderDescending());
        var late = windows.First(window => window.FirstStep == 200);
        Assert.Equal((1, 1, 1, 0), (late.Rank, late.Modes.Count, late.NearOneMass, late.TransientMass));
        Assert.Contains(answers, answer => answer.Mark?.Kind == MarkKind.Stop);
        Assert.Equal(windows, TrainingCalls.ReportOf(answers).Windows);
        Assert.StartsWith("finished: ", TrainingCalls.ReportOf(answers).Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_AfterTheClientHasGone_ResumesExactly()
    {
        var whole = TrainingCalls.ReportOf(
            await _calls.WatchAsync(TrainingCalls.Header("service-whole"), TrainingCalls.T13(0, 60)));
        await _calls.WatchAndLeaveAsync(TrainingCalls.Header("service-left"), snapshots: 33);

        var answers = await ResumeAsync("service-left", TrainingCalls.T13(33, 60));

        Assert.Equal((33, 32), (answers[0].Started.Snapshots, answers[0].Started.LastStep));
        var resumed = TrainingCalls.ReportOf(answers);
        Assert.Equal(resumed, await _calls.ReportAsync("service-left"));
        resumed.TrainingId = whole.TrainingId;
        Assert.Equal(whole, resumed);
    }

    [Fact]
    public async Task Watch_TwoClients_OneRunEachAtATime()
    {
        using var first = _calls.Client.WatchTraining(cancellationToken: Token);
        await first.RequestStream.WriteAsync(
            new WatchTrainingRequest { Header = TrainingCalls.Header("service-mine") }, Token);
        await first.ResponseStream.MoveNext(Token);

        var other = await _calls.WatchAsync(TrainingCalls.Header(""), TrainingCalls.T13(0, 5));
        var same = await Refusal.OfAsync(_calls.WatchAsync(TrainingCalls.Header("service-mine", resume: true)));
        var deleted = await Refusal.OfAsync(_calls.Client.DeleteTrainingAsync(
            new DeleteTrainingRequest { TrainingId = "service-mine" }, cancellationToken: Token).ResponseAsync);

        Assert.Equal(5, TrainingCalls.ReportOf(other).Snapshots);
        Assert.Equal((ErrorKind.FailedPrecondition, "training 'service-mine' is being watched by another stream; one "
            + "at a time can"), (same.Kind, same.Message));
        Assert.Equal(ErrorKind.FailedPrecondition, deleted.Kind);
        await first.RequestStream.CompleteAsync();
    }

    [Fact]
    public async Task Watch_BadInput_HasAStatusAndKeepsWhatCame()
    {
        var notFinite = await Refusal.OfAsync(_calls.WatchAsync(
            TrainingCalls.Header("service-nan"),
            TrainingCalls.T13(0, 3).Concat(TrainingCalls.Snapshot(3, [1, double.NaN]))));
        var exists = await Refusal.OfAsync(_calls.WatchAsync(TrainingCalls.Header("service-nan")));
        var unknown = await Refusal.OfAsync(_calls.WatchAsync(TrainingCalls.Header("service-none", resume: true)));

        Assert.Equal((ErrorKind.InvalidArgument, "VALUE_NOT_FINITE", "data"), (
            notFinite.Kind, notFinite.Reason, notFinite.Field));
        Assert.Equal("value 1 of tensor net.weight [2] at step 3 is NaN, expected a finite number", notFinite.Message);
        Assert.Equal((ErrorKind.AlreadyExists, "TRAINING_EXISTS"), (exists.Kind, exists.Reason));
        Assert.Equal((ErrorKind.NotFound, "TRAINING_NOT_FOUND"), (unknown.Kind, unknown.Reason));
        Assert.Equal(3, (await _calls.ReportAsync("service-nan")).Snapshots);
    }

    [Fact]
    public async Task StoredRun_IsForecastPrunedComparedListedAndForgotten()
    {
        const string id = "service-stored";
        await _calls.WatchAsync(TrainingCalls.Header(id), TrainingCalls.T13(0, 40));

        var weights = Assert.Single(await ForecastAsync(id, 20)).Values<double>();
        Assert.Equal(TrainingCalls.T13(59)[0], weights[0], 1e-8);
        Assert.Equal(TrainingCalls.T13(59)[1], weights[1], 1e-8);
        var masks = await PruneAsync(new PruneRequest { TrainingId = id, Fraction = 0.5, Biases = true, Alpha = 0 });
        Assert.Equal([1, 0], masks[0].Values<byte>(2));
        var same = await _calls.Client.CompareTrainingsAsync(
            new CompareTrainingsRequest { First = { id }, Second = { id }, Delays = 4 }, cancellationToken: Token);
        Assert.Equal(0, same.Distance);
        var list = await _calls.Client.ListTrainingsAsync(new ListTrainingsRequest(), cancellationToken: Token);
        Assert.Contains(list.Trainings, run => run.TrainingId == id && run.Snapshots == 40 && run.Bytes > 40 * 16);

        await _calls.Client.DeleteTrainingAsync(
            new DeleteTrainingRequest { TrainingId = id }, cancellationToken: Token);

        var gone = await Refusal.OfAsync(_calls.ReportAsync(id));
        Assert.Equal((ErrorKind.NotFound, $"no training '{id}' is stored here"), (gone.Kind, gone.Message));
    }

    /// <summary>A report beyond what one message may take comes in pieces.</summary>
    [Fact]
    public async Task Report_LargerThanAMessage_ComesWhole()
    {
        var header = TrainingCalls.Header("");
        header.Window = new WindowOptions { Length = 3, Hop = 1 };
        header.Backtest = -1;
        const int count = 9000;
        var answers = await _calls.WatchAsync(header, Enumerable.Range(0, count).SelectMany(k => TrainingCalls.Snapshot(
            k, [Math.Cos(0.3 * k), Math.Sin(0.3 * k)], 1)));

        Assert.True(answers.Count(answer => answer.Report is not null) > 2);
        Assert.All(answers, answer => Assert.InRange(answer.CalculateSize(), 0, 1 << 20));
        var report = TrainingCalls.ReportOf(answers);
        Assert.Equal((count, count, count - 3), (report.Snapshots, report.Records.Count, report.Windows.Count));
    }

    // The service learns a moment later than the client that it has gone.
    private async Task<List<WatchTrainingResponse>> ResumeAsync(string id, IEnumerable<WatchTrainingRequest> messages)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await _calls.WatchAsync(TrainingCalls.Header(id, resume: true), messages);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.FailedPrecondition && attempt < 100)
            {
                await Task.Delay(50, Token);
            }
        }
    }

    private async Task<List<NamedTensor>> ForecastAsync(string id, long snapshots)
    {
        using var call = _calls.Client.Forecast(
            new ForecastRequest { TrainingId = id, Snapshots = snapshots }, cancellationToken: Token);
        var (assembler, tensors) = (new TensorAssembler(), new List<NamedTensor>());
        await foreach (var answer in call.ResponseStream.ReadAllAsync(Token))
        {
            if (answer.Tensor is { } frame && assembler.Accept(frame) is { } tensor)
            {
                tensors.Add(tensor);
            }
        }

        return tensors;
    }

    private async Task<List<NamedTensor>> PruneAsync(PruneRequest request)
    {
        using var call = _calls.Client.Prune(request, cancellationToken: Token);
        var (assembler, tensors) = (new TensorAssembler(), new List<NamedTensor>());
        await foreach (var answer in call.ResponseStream.ReadAllAsync(Token))
        {
            if (answer.Tensor is { } frame && assembler.Accept(frame) is { } tensor)
            {
                tensors.Add(tensor);
            }
        }

        return tensors;
    }
}
