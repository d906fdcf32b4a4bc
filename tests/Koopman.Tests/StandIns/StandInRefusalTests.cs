using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Koopman.Tests.StandIns;

public sealed class StandInRefusalTests : IDisposable
{
    private static readonly FitStandInsRequest _pair = StandInCall.Chunk([1, 2], [3], 1);

    private readonly StandInCall _call = new();

    public void Dispose() => _call.Dispose();

    public static TheoryData<string, string, string> Headers => new()
    {
        { """{"beforeWidth":0}""", "header.before_width", "header.before_width is 0, expected 1 to 65536" },
        { """{"afterWidth":65537}""", "header.after_width", "header.after_width is 65537, expected 1 to 65536" },
        { """{"lifts":[]}""", "header.lifts", "header.lifts has 0 lifts, expected 1 to 32" },
        { """{"lifts":["affine","magic"]}""", "header.lifts[1]", "\"magic\" in the lift \"magic\" is not known; known "
            + "are affine, relu, pairs, abs, rff, poly, rbf, tps, hermite and delay" },
        { """{"ranks":[2,-1]}""", "header.ranks", "header.ranks holds -1, expected 0 for full, or 1 to 65536" },
        { """{"rankTolerance":1}""", "header.rank_tolerance", "header.rank_tolerance is 1, expected 0 to below 1" },
        { """{"rankTolerance":"NaN"}""", "header.rank_tolerance",
            "header.rank_tolerance is NaN, expected 0 to below 1" },
        { """{"holdOut":0.95}""", "header.hold_out", "header.hold_out is 0.95, expected 0 to 0.9" },
        { """{"runId":"Run!"}""", "run_id",
            "a run id is 1 to 63 lower-case letters, digits and hyphens, got 'Run!'" },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Header_Wrong_NamesTheFieldAndWhatCame(string change, string field, string message)
    {
        var header = StandInCall.Header(2, 1, "affine");
        var changed = StandInHeader.Parser.ParseJson(change);
        if (change.Contains("lifts", StringComparison.Ordinal))
        {
            header.Lifts.Clear();
        }

        header.MergeFrom(changed);
        if (change.Contains(":0}", StringComparison.Ordinal))
        {
            header.BeforeWidth = 0;
        }

        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => _call.RunAsync(header, _pair));

        Assert.Equal((field, message), (error.Field, error.Message));
    }

    [Fact]
    public async Task Stream_WithoutPairs_SaysSo() => Assert.Equal(
        "the stream ended without a pair, expected at least one chunk",
        (await RefusedAsync(StandInCall.Header(2, 1, "affine"))).Message);

    [Fact]
    public async Task Stream_SecondHeader_IsRefused() => Assert.Equal(
        "after its header a stream of pairs has the tensors of a dense region and then chunks only, got Header",
        (await RefusedAsync(
            StandInCall.Header(2, 1, "affine"), new FitStandInsRequest { Header = new StandInHeader() })).Message);

    [Fact]
    public async Task Stream_TensorOfARegionThatIsNotDense_IsRefused() => Assert.Equal(
        "after its header a stream of pairs has the tensors of a dense region and then chunks only, got Tensor",
        (await RefusedAsync(
            StandInCall.Header(2, 1, "affine"), [.. StandInCall.Tensor("bias", [1], 1)])).Message);

    [Fact]
    public async Task Chunk_WithoutRows_IsRefused() => Assert.Equal(
        "a chunk has 0 rows, expected at least 1",
        (await RefusedAsync(StandInCall.Header(2, 1, "affine"), StandInCall.Chunk([], [], 0))).Message);

    [Fact]
    public async Task Chunk_OfAnotherLength_SaysWhatItsShapeNeeds()
    {
        var error = await Assert.ThrowsAsync<TensorStreamException>(
            () => _call.RunAsync(StandInCall.Header(2, 1, "affine"), StandInCall.Chunk([1, 2, 3], [3], 1)));

        Assert.Equal("chunk.before has 12 bytes, expected 2 elements of 4 bytes", error.Message);
    }

    [Fact]
    public async Task Chunk_NotFinite_NamesTheRow()
    {
        var error = await Assert.ThrowsAsync<NonFiniteSnapshotException>(() => _call.RunAsync(
            StandInCall.Header(2, 1, "affine"), _pair, StandInCall.Chunk([1, 2, 3, float.NaN], [3, 4], 2)));

        Assert.Contains("row 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DenseRegion_WithoutItsTensors_IsRefused() => Assert.Equal(
        "no tensor 'bias' came before the first chunk, which a dense region needs",
        (await RefusedAsync(Dense(), [.. StandInCall.Tensor("weights", [1, 1], 2, 1), _pair])).Message);

    [Fact]
    public async Task DenseRegion_TensorOfAnotherName_IsRefused() => Assert.Equal(
        "got tensor 'kernel', expected weights and bias once each",
        (await RefusedAsync(Dense(), [.. StandInCall.Tensor("kernel", [1], 1), _pair])).Message);

    [Fact]
    public async Task DenseRegion_TensorNotFinite_IsRefused() => Assert.Equal(
        "tensor 'weights' holds NaN or infinity, expected finite numbers",
        (await RefusedAsync(Dense(), Layer([1, double.NaN], [0]))).Message);

    // max(1 + 2 + 1, 0) = 4, and 3 came.
    [Fact]
    public async Task DenseRegion_TensorsOfAnotherLayer_AreRefused() => Assert.Equal(
        "max(weights x + bias, 0) differs from the region's outputs by 1 in the first 1 rows, expected at most 0.003",
        (await RefusedAsync(Dense(), Layer([1, 1], [1]))).Message);

    private static StandInHeader Dense()
    {
        var header = StandInCall.Header(2, 1, "delay:1");
        header.DenseRelu = true;
        return header;
    }

    private static FitStandInsRequest[] Layer(double[] weights, double[] bias) =>
        [.. StandInCall.Tensor("weights", weights, 2, 1), .. StandInCall.Tensor("bias", bias, 1), _pair];

    private Task<InvalidRequestException> RefusedAsync(StandInHeader header, params FitStandInsRequest[] messages) =>
        Assert.ThrowsAsync<InvalidRequestException>(() => _call.RunAsync(header, messages));
}
