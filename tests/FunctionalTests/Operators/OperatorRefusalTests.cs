using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.FunctionalTests.Operators;

/// <summary>Wrong requests get a status, a reason and one sentence that says what to do.</summary>
public sealed class OperatorRefusalTests(MeshFixture mesh) : IDisposable
{
    private const string NoArtifact = "0000000000000000000000000000000000000000000000000000000000000000";

    private static readonly double[][] _rows = [[1, 2], [0.5, 1], [0.25, 0.5], [0.1, 0.2]];
    private readonly OperatorCalls _calls = new(mesh.Address);

    public static TheoryData<string, string, string, Action<FitHeader, FitChunk>> Wrong => new()
    {
        { "METHOD_UNKNOWN", "there is no method magic; there are dmd, ", "method",
            (h, _) => h.Options.Method = "magic" },
        { "OPTIONS_INVALID", "the method dmd takes no option penalty; it takes rank, ", "own option",
            (h, _) => h.Options.MethodOptions["penalty"] = "1" },
        { "OPTIONS_INVALID", "the rank rule \"energy:2\" has no number in (0, 1] ", "rank",
            (h, _) => h.Options.Rank = new RankRule { Energy = 2 } },
        { "OPTIONS_INVALID", "the option delays of exact-dmd: got \"2000\", expected an integer from 1 to", "delays",
            (h, _) => h.Options.Delays = 2000 },
        { "OPTIONS_INVALID", "the option bootstraps of exact-dmd: got \"1000000\", ", "bootstraps",
            (h, _) => h.Options.Bootstraps = 1_000_000 },
        { "OPTIONS_INVALID", "the option hold-out of exact-dmd is 1: the fraction held out lies in [0, 1)", "hold-out",
            (h, _) => h.Options.HoldOut = 1 },
        { "OPTIONS_INVALID", "the option dictionary of exact-dmd: ", "dictionary",
            (h, _) => h.Options.Dictionary = "polly:3" },
        { "OPTIONS_INVALID", "", "too many observables", (h, _) => h.Options.Dictionary = "rff:16384+rbf:16384" },
        { "WIDTH_INVALID", "header.data.width is 0, expected 1 to 8192 features", "width", (h, _) => h.Data.Width = 0 },
        { "DATA_FORMAT_INVALID", "data.element_type is Int64, expected Float32 or Float64", "type",
            (h, _) => h.Data.ElementType = ElementType.Int64 },
        { "DATA_FORMAT_INVALID", "data.time_step is -1, expected more than 0, or 0 for 1", "time step",
            (h, _) => h.Data.TimeStep = -1 },
        { "DATA_FORMAT_INVALID", "data.input_width is 3, but the method dmd takes none", "inputs",
            (h, _) => h.Data.InputWidth = 3 },
        { "DATA_FORMAT_INVALID", "data.kind is pairs, but the method dmd with 2 delays needs trajectories", "kind",
            (h, _) => (h.Data.Kind, h.Options.Delays) = (DataKind.Pairs, 2) },
        { "DATA_FORMAT_INVALID", "data.width is 64 with 1000 delays, expected at most 16384 ", "stacked",
            (h, _) => (h.Options.Method, h.Options.Delays, h.Data.Width) = ("kernel", 1000, 64) },
        { "OPTIONS_INVALID", "the method kernel keeps its data and makes no summary; ", "keep",
            (h, _) => (h.Options.Method, h.KeepSummary) = ("kernel", true) },
        { "SUMMARY_TOO_LARGE", "a Qr summary of 8193 observables takes ", "memory",
            (h, _) => (h.Data.Width, h.Options.Dictionary) = (8192, "affine") },
        { "CHUNK_INVALID", "chunk.rows is 0, expected at least 1, or 0 to end a trajectory", "rows",
            (_, c) => c.Rows = 0 },
        { "TENSOR_STREAM_INVALID", "chunk.states has 64 bytes, expected 10 elements of 8 bytes", "length",
            (_, c) => c.Rows = 5 },
        { "CHUNK_INVALID", "chunk.states and the other bytes are 2000064, expected at most 1048576 together", "size",
            (_, c) => c.Inputs = ByteString.CopyFrom(new byte[2_000_000]) },
        { "CHUNK_INVALID", "chunk.successors are given, but the states of a trajectory are their own", "successors",
            (_, c) => c.Successors = c.States },
        { "CHUNK_INVALID", "chunk.times are given, but the method dmd takes an even time step only", "times",
            (_, c) => c.Times = ByteString.CopyFrom(new byte[32]) },
        { "DATA_NOT_FINITE", "feature 1 of snapshot 2 of trajectory 0", "NaN",
            (_, c) => c.States = OperatorCalls.Bytes([[1, 2], [3, 4], [5, double.NaN], [7, 8]]) },
        { "DATA_SHAPE_INVALID", "the stream was expected to be at least one trajectory of 2 snapshots", "one snapshot",
            (_, c) => (c.Rows, c.States) = (1, OperatorCalls.Bytes([[1, 2]])) },
    };

    public void Dispose() => _calls.Dispose();

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Fit_WrongRequest_SaysWhatWasExpected(
        string reason, string message, string what, Action<FitHeader, FitChunk> spoil)
    {
        var (header, chunk) = (OperatorCalls.Header("dmd", 2), OperatorCalls.Chunk(_rows));
        spoil(header, chunk);

        var error = await Refusal.OfAsync(_calls.FitAsync(header, chunk));

        Assert.True(reason == error.Reason, $"{what}: {error}");
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(
            reason == "SUMMARY_TOO_LARGE" ? ErrorKind.ResourceExhausted : ErrorKind.InvalidArgument, error.Kind);
    }

    [Fact]
    public async Task Fit_ObservablesOfNothing_IsNotFound()
    {
        var header = OperatorCalls.Header("dmd", 2);
        header.ObservablesOf = NoArtifact;

        var error = await Refusal.OfAsync(_calls.FitAsync(header, OperatorCalls.Chunk(_rows)));

        Assert.Equal((ErrorKind.NotFound, "ARTIFACT_NOT_FOUND"), (error.Kind, error.Reason));
    }

    [Fact]
    public async Task Fit_NoHeader_AsksForOne()
    {
        using var call = _calls.Client.Fit(cancellationToken: TestContext.Current.CancellationToken);
        await call.RequestStream.CompleteAsync();

        var error = await Refusal.OfAsync(call.ResponseAsync);

        Assert.Equal("a stream of data to fit starts with a header message, got none", error.Message);
    }

    [Theory]
    [InlineData(NoArtifact, 5, "ARTIFACT_NOT_FOUND")]
    [InlineData("latest", 5, "DIGEST_INVALID")]
    [InlineData("", 5, "DIGEST_INVALID")]
    public async Task Predict_NoSuchOperator_IsRefused(string id, long steps, string reason) => Assert.Equal(
        reason,
        (await Refusal.OfAsync(
            _calls.PredictAsync(new PredictHeader { OperatorId = id, Steps = steps }, [[1, 2]]))).Reason);

    [Theory]
    [InlineData(0, "steps is 0 of 2 features, expected 1 to 16777216 and 268435456 numbers together")]
    [InlineData(1L << 40, "steps is 1099511627776 of 2 features, expected 1 to 16777216 and 268435456 numbers "
        + "together")]
    public async Task Predict_StepsOutOfRange_SaysTheRange(long steps, string message) =>
        Assert.Equal(message, (await RefusedPredictionAsync(steps, [[1, 2]])).Message);

    [Fact]
    public async Task Predict_WrongHistory_SaysTheWidth()
    {
        var wide = await RefusedPredictionAsync(3, [[1, 2, 3]]);
        var nan = await RefusedPredictionAsync(3, [[1, double.NaN]]);
        var none = await RefusedPredictionAsync(3, []);

        Assert.Equal("tensor 'history' has shape [1, 3], expected rows of 2", wide.Message);
        Assert.Equal("DATA_NOT_FINITE", nan.Reason);
        Assert.Equal(ErrorKind.InvalidArgument, none.Kind);
    }

    [Fact]
    public async Task Predict_InputsWithoutControl_AreRefused() => Assert.Equal(
        "tensor 'inputs' has shape [3, 1], expected none: the operator has no control",
        (await RefusedPredictionAsync(3, [[1, 2]], [[1], [1], [1]])).Message);

    [Fact]
    public async Task Predict_UploadOfSomethingElse_IsOneSentence()
    {
        var file = new byte[5000];

        var error = await Refusal.OfAsync(_calls.PredictAsync(
            new PredictHeader { OperatorBytes = file.Length, Steps = 3 }, [[1, 2]], file: file));

        Assert.Equal(("OPERATOR_FILE_INVALID", ErrorKind.InvalidArgument), (error.Reason, error.Kind));
    }

    [Fact]
    public async Task Merge_OtherOptions_NamesThem()
    {
        var header = OperatorCalls.Header("dmd", 2);
        header.KeepSummary = true;
        var first = await _calls.FitAsync(header, OperatorCalls.Chunk(_rows));
        header.Options.HoldOut = 0.5;
        var second = await _calls.FitAsync(header, OperatorCalls.Chunk(_rows));

        var error = await RefusedMergeAsync(first.SummaryId, second.SummaryId);

        Assert.Equal("summary 1 has hold-out 0.5, the first 0.2", error.Message);
        Assert.Equal("SUMMARY_INVALID", (await RefusedMergeAsync(first.OperatorId)).Reason);
        Assert.Equal("SUMMARIES_INVALID", (await RefusedMergeAsync()).Reason);
    }

    [Fact]
    public async Task Fit_CancelledMidway_Ends()
    {
        using var cancel = new CancellationTokenSource();
        using var call = _calls.Client.Fit(cancellationToken: cancel.Token);
        await call.RequestStream.WriteAsync(
            new FitRequest { Header = OperatorCalls.Header("dmd", 2) }, TestContext.Current.CancellationToken);

        await cancel.CancelAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
    }

    private async Task<ErrorDescription> RefusedPredictionAsync(
        long steps, double[][] history, double[][]? inputs = null)
    {
        var fit = await _calls.FitAsync(OperatorCalls.Header("dmd", 2), OperatorCalls.Chunk(_rows));
        return await Refusal.OfAsync(_calls.PredictAsync(
            new PredictHeader { OperatorId = fit.OperatorId, Steps = steps }, history, inputs));
    }

    private Task<ErrorDescription> RefusedMergeAsync(params string[] ids) => Refusal.OfAsync(
        _calls.Client.MergeAsync(
            new MergeRequest { SummaryIds = { ids } },
            cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);
}
