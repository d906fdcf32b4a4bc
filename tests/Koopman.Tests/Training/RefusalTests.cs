using Google.Protobuf;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Tensor.V1;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Tests.Training;

/// <summary>What is wrong is refused in one sentence, and what came before it stays.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly TrainingHarness _service = new();

    public static TheoryData<string, string, Action<TrainingHeader>> Headers => new()
    {
        { "TRAINING_ID_INVALID", "header.training_id is '.hidden', expected 1 to 64 of letters, digits, '.', '_' and "
            + "'-', beginning with a letter or digit", h => h.TrainingId = ".hidden" },
        { "LAYOUT_INVALID", "header.tensors has 0 tensors, expected 1 to 65536", h => h.Tensors.Clear() },
        { "LAYOUT_INVALID", "header.tensors[0].shape is [2, 0], expected at most 16 extents of at least 1",
            h => h.Tensors[0].Shape.Add(0) },
        { "LAYOUT_INVALID", "header.tensors[1].name is 'net.weight' as another tensor's, expected one of its own",
            h => h.Tensors.Add(h.Tensors[0]) },
        { "LAYOUT_INVALID", "header.tensors[0].name has 0 characters, expected 1 to 512", h => h.Tensors[0].Name = "" },
        { "TOO_MANY_PARAMETERS", "the snapshots have 100000001 values or more, allowed are 100000000",
            h => h.Tensors[0].Shape[0] = long.MaxValue },
        { "TRAINING_HEADER_INVALID", "header.element_type is Int64, expected Float32 or Float64",
            h => h.ElementType = ElementType.Int64 },
        { "TRAINING_HEADER_INVALID", "header.observable is 9, expected an Observable",
            h => h.Observable = (Observable)9 },
        { "TRAINING_HEADER_INVALID", "header.history is 20, expected at least 21 snapshots, which a window and the "
            + "alarm take", h => h.History = 20 },
        { "TRAINING_OPTIONS_INVALID", "header.window.length is 2, expected 3 to 1024",
            h => h.Window = new WindowOptions { Length = 2 } },
        { "TRAINING_OPTIONS_INVALID", "header.window.delays is 1 without the constant, expected at least 2: raw "
            + "weights alone give wrong eigenvalues", h => h.Window = new WindowOptions { NoConstant = true } },
        { "TRAINING_OPTIONS_INVALID", "header.window.nearness is 1, expected more than 0, less than 1",
            h => h.Window = new WindowOptions { Nearness = 1 } },
        { "TRAINING_OPTIONS_INVALID", "header.stop.near_one_mass is NaN, expected more than 0, at most 1",
            h => h.Stop = new StopOptions { NearOneMass = double.NaN } },
        { "TRAINING_OPTIONS_INVALID", "header.jump.horizon is 50, expected at most longest_horizon (20)",
            h => h.Jump = new JumpOptions { Horizon = 50, LongestHorizon = 20 } },
        { "TRAINING_OPTIONS_INVALID", "header.forecast.partition: the partition is \"nodes\", expected full, layer, "
            + "quasi-layer:N, node, patch:N or weight", h => h.Forecast = new ForecastOptions { Partition = "nodes" } },
        { "TRAINING_HEADER_INVALID", "header.alarm.false_alarm_rate is given, but there are no null runs to "
            + "calibrate on",
            h => h.Alarm = new AlarmOptions { FalseAlarmRate = 0.1 } },
        { "TRAINING_HEADER_INVALID", "header.alarm.judged_at is 3, expected 4 to 10000",
            h => h.Alarm = new AlarmOptions { JudgedAt = 3 } },
        { "TRAINING_HEADER_INVALID", "header.backtest is 30001, expected at most 30000 snapshots",
            h => h.Backtest = 30_001 },
        { "NULL_RUN_TWICE", "the null runs have training 'a' twice, expected every run once",
            h => h.Alarm = new AlarmOptions { NullTrainingIds = { "a", "a" }, FalseAlarmRate = 0.5 } },
        { "TRAINING_NOT_FOUND", "no training 'none' is stored here", h => (h.TrainingId, h.Resume) = ("none", true) },
        { "TRAINING_NOT_FOUND", "no training 'none' is stored here", h =>
            h.Alarm = new AlarmOptions { NullTrainingIds = { "none" }, FalseAlarmRate = 0.5 } },
    };

    public static TheoryData<string, string, Func<IEnumerable<WatchTrainingRequest>>> Snapshots => new()
    {
        { "SNAPSHOT_BYTES_INVALID", "16 bytes of data came, expected the snapshot they belong to before them",
            () => [Streams.Data(1, 2)] },
        { "SNAPSHOT_BYTES_INVALID", "a message has 0 bytes of data, expected 1 to 1048576, a multiple of 8",
            () => [Streams.Announce(2), Streams.Raw(0)] },
        { "SNAPSHOT_BYTES_INVALID", "a message has 12 bytes of data, expected 1 to 1048576, a multiple of 8",
            () => [Streams.Announce(2), Streams.Raw(12)] },
        { "SNAPSHOT_BYTES_INVALID", "a message has 1048584 bytes of data, expected 1 to 1048576, a multiple of 8",
            () => [Streams.Announce(2), Streams.Raw((1 << 20) + 8)] },
        { "SNAPSHOT_BYTES_INVALID", "24 bytes came of the snapshot of step 2, expected 16",
            () => [Streams.Announce(2), Streams.Data(1, 2, 3)] },
        { "SNAPSHOT_BYTES_INVALID", "the stream ended after 8 bytes of the snapshot of step 2, expected 16",
            () => [Streams.Announce(2), Streams.Data(1)] },
        { "SNAPSHOT_BYTES_INVALID", "the snapshot of step 3 came after 8 bytes of the snapshot of step 2, expected 16",
            () => [Streams.Announce(2), Streams.Data(1), Streams.Announce(3)] },
        { "STEPS_NOT_ASCENDING", "the snapshot of step 0 came after that of step 1, expected ascending steps",
            () => [Streams.Announce(0)] },
        { "STEPS_NOT_ASCENDING", "the snapshot of step 1 came after that of step 1, expected ascending steps",
            () => [Streams.Announce(1)] },
        { "STEP_INVALID", "snapshot.step is -4, expected 0 or more", () => [Streams.Announce(-4)] },
        { "VALUE_NOT_FINITE", "value 1 of tensor net.weight [2] at step 2 is NaN, expected a finite number",
            () => [Streams.Announce(2), Streams.Data(1), Streams.Data(double.NaN)] },
        { "VALUE_NOT_FINITE", "value 0 of tensor net.weight [2] at step 2 is -Infinity, expected a finite number",
            () => [Streams.Announce(2), Streams.Data(double.NegativeInfinity, 0)] },
        { "SCALAR_INVALID", "scalars.loss of step 2 is NaN, expected a finite number; leave out what is not known",
            () => [Streams.Announce(2, double.NaN)] },
        { "SCALAR_INVALID", "scalars.accuracy of step 2 is 97, expected 0 to 1; leave out what is not known",
            () => [Streams.Announce(2, 1, scalars => scalars.Accuracy = 97)] },
        { "SCALAR_INVALID", "scalars.learning_rate of step 2 is -0.1, expected a finite number of at least 0; leave "
            + "out what is not known", () => [Streams.Announce(2, 1, scalars => scalars.LearningRate = -0.1)] },
        { "WATCH_PART_INVALID", "after its header a stream of training has snapshots, data, proposals and outcomes "
            + "only, got another header", () => [Streams.Begin("again")] },
        { "WATCH_PART_INVALID", "after its header a stream of training has snapshots, data, proposals and outcomes "
            + "only, got an empty message", () => [new WatchTrainingRequest()] },
        { "PROPOSAL_UNKNOWN", "proposal 1 is not open: an outcome follows its proposal, before another and before the "
            + "next snapshot", () => [new WatchTrainingRequest { Outcome = new JumpOutcome { Proposal = 1 } }] },
    };

    public void Dispose() => _service.Dispose();

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Watch_WrongHeader_SaysWhatWasExpected(string reason, string message, Action<TrainingHeader> spoil)
    {
        var error = await Assert.ThrowsAnyAsync<KoopmanMeshException>(
            () => _service.WatchAsync(Streams.Begin("wrong", spoil)));

        Assert.Equal((reason, message), (error.Reason, error.Message));
    }

    [Theory]
    [MemberData(nameof(Snapshots))]
    public async Task Watch_WrongSnapshot_SaysWhatWasExpectedAndKeepsWhatCame(
        string reason, string message, Func<IEnumerable<WatchTrainingRequest>> spoiled)
    {
        var error = await Assert.ThrowsAsync<InvalidRequestException>(
            () => _service.WatchAsync([Streams.Begin("spoiled"), .. Streams.T13(0, 2), .. spoiled()]));

        Assert.Equal((reason, message), (error.Reason, error.Message));
        Assert.Equal(2, (await _service.WatchAsync(Streams.Resume("spoiled")))[0].Started.Snapshots);
    }

    [Fact]
    public async Task Watch_NoHeader_AsksForOne()
    {
        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => _service.WatchAsync(Streams.Data(1, 2)));

        Assert.Equal("a stream of training starts with a header message, got none", error.Message);
    }

    [Fact]
    public async Task Watch_IdThatIsStored_IsAConflict()
    {
        await _service.WatchAsync(Streams.Begin("taken"));

        var error = await Assert.ThrowsAsync<ConflictException>(() => _service.WatchAsync(Streams.Begin("taken")));

        Assert.Equal("training 'taken' is stored already; resume it, delete it or take another id", error.Message);
    }

    [Theory]
    [InlineData("the values are Float32, expected Float64")]
    [InlineData("tensor 0 is net.bias [2], expected net.weight [2]")]
    [InlineData("there are 2 tensors, expected 1")]
    public async Task Resume_WithAnotherShape_NamesTheFirstDifference(string difference)
    {
        await _service.WatchAsync([Streams.Begin("shape"), .. Streams.T13(0, 3)]);

        var error = await Assert.ThrowsAsync<InvalidRequestException>(
            () => _service.WatchAsync(Streams.Resume("shape", header =>
            {
                header.ElementType = difference[^1] == '4' ? ElementType.Float32 : ElementType.Float64;
                var isRenamed = difference.Contains("bias", StringComparison.Ordinal);
                header.Tensors[0].Name = isRenamed ? "net.bias" : "net.weight";
                if (difference[0] == 't' && difference[1] == 'h' && difference[4] == 'e')
                {
                    header.Tensors.Add(new ParameterTensor { Name = "more", Shape = { 1 } });
                }
            })));

        Assert.Equal(
            $"training 'shape' can't go on with snapshots of another shape: {difference}", error.Message);
        Assert.Equal(3, (await _service.WatchAsync(Streams.Resume("shape")))[0].Started.Snapshots);
    }

    [Fact]
    public async Task Watch_TwoStreamsOfOneRun_TheSecondIsRefused()
    {
        await _service.WatchAsync([Streams.Begin("both"), .. Streams.T13(0, 3)]);
        using var watching = _service.Store.Resume("both");

        var resumed = await Assert.ThrowsAsync<PreconditionException>(
            () => _service.WatchAsync(Streams.Resume("both")));
        var deleted = Assert.Throws<PreconditionException>(() => _service.Store.Delete("both"));

        Assert.Equal("training 'both' is being watched by another stream; one at a time can", resumed.Message);
        Assert.Equal("training 'both' is being watched by a stream; close that stream first", deleted.Message);
    }

    [Fact]
    public async Task Store_InUseByAnotherProcess_SaysSo()
    {
        await _service.WatchAsync(Streams.Begin("mine"));
        using var other = new TrainingStore(
            Microsoft.Extensions.Options.Options.Create(
                new ServiceDefaults.Hosting.StateOptions { Root = Path.GetDirectoryName(_service.Root)! }),
            Microsoft.Extensions.Options.Options.Create(_service.Options),
            Microsoft.Extensions.Logging.Abstractions.NullLogger<TrainingStore>.Instance);

        var error = Assert.Throws<PreconditionException>(() => other.Read("mine"));

        Assert.Equal("TRAININGS_IN_USE", error.Reason);
        Assert.Contains("expected a folder of our own; set State:Root", error.Message, StringComparison.Ordinal);
    }
}
