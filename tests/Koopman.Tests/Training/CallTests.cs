using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Tensor.V1;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Tests.Training;

/// <summary>Forecasts, masks, comparisons and depths of runs that are known in closed form.</summary>
public sealed class CallTests : IDisposable
{
    private readonly TrainingHarness _service = new();

    public void Dispose() => _service.Dispose();

    [Theory]
    [InlineData("full")]
    [InlineData("weight")]
    [InlineData("patch:1")]
    public async Task Forecast_OfT13_IsTheClosedForm(string partition)
    {
        await _service.WatchAsync([Streams.Begin("t13"), .. Streams.T13(0, 15)]);

        var (report, tensors) = await _service.ForecastAsync(new ForecastRequest
        {
            TrainingId = "t13",
            Snapshots = 30,
            Options = new ForecastOptions { Partition = partition },
        });

        var weights = Assert.Single(tensors);
        Assert.Equal(("net.weight", ElementType.Float64), (weights.Name, weights.ElementType));
        Assert.Equal([2], weights.Shape);
        Assert.Equal(Streams.T13(44)[0], weights.Values<double>()[0], 1e-8);
        Assert.Equal(Streams.T13(44)[1], weights.Values<double>()[1], 1e-8);
        Assert.Equal((14, 44, 15), (report.FromStep, report.ToStep, report.SnapshotsFitted));
        Assert.Equal(0.9, report.LargestModulus, 1e-8);
    }

    [Fact]
    public async Task Forecast_Float32_ComesAsFloat32InPieces()
    {
        const int width = 40_000;
        var stream = Enumerable.Range(0, 12).SelectMany(k => new[]
        {
            Streams.Announce(k),
            Streams.Data32([.. Enumerable.Range(0, width).Select(i => (float)(i + Math.Pow(0.5, k)))]),
        });
        await _service.WatchAsync([Streams.Begin("wide", h => Wide(h, width)), .. stream]);

        var (_, tensors) = await _service.ForecastAsync(new ForecastRequest
        {
            TrainingId = "wide",
            Snapshots = 40,
            Options = new ForecastOptions { Partition = "weight" },
        });

        Assert.Equal(ElementType.Float32, tensors[0].ElementType);
        Assert.Equal(
            Enumerable.Range(0, width).Select(i => (double)i),
            tensors[0].Values<float>().Select(value => Math.Round((double)value, 1)));
    }

    /// <summary>w_i = i + t_i 0.5^k: the limits are known, and half the weights are those of the smallest.</summary>
    [Fact]
    public async Task Prune_KeepsTheLargestLimits_AndFreezesWhatStandsStill()
    {
        double[] limit = [5, -1, 3, 0.5, -4, 0, 2, -6];
        await PlantedAsync(limit, moving: [1, 0, 1, 0, 0, 1, 0, 0]);

        var (report, tensors) = await _service.PruneAsync(
            new PruneRequest { TrainingId = "planted", Fraction = 0.5, Alpha = 0 });

        Assert.Equal(["a.weight", "a.bias", "frozen:a.weight", "frozen:a.bias"], tensors.Select(t => t.Name));
        Assert.Equal([1, 0, 1, 0, 1, 0, 0, 1], tensors[0].Values<byte>(2, 4));
        Assert.Equal([1, 1], tensors[1].Values<byte>(2));
        Assert.Equal([0, 1, 0, 1, 1, 0, 1, 1], tensors[2].Values<byte>(2, 4));
        Assert.Equal((8, 4, 5 + 2, 1), (report.Prunable, report.Pruned, report.Frozen, report.MagnitudeOverlap));
        Assert.Equal(2, report.Threshold, 1e-6);
        Assert.Equal([0.5, 0], report.TensorFractions);
    }

    /// <summary>With the transient in the score, what still moves is spared.</summary>
    [Fact]
    public async Task Prune_WithTransients_SparesWhatStillMoves()
    {
        await PlantedAsync([5, -1, 3, 0.5, -4, 0, 2, -6], moving: [0, 0, 0, 0, 0, 9, 0, 0]);

        var (_, tensors) = await _service.PruneAsync(
            new PruneRequest { TrainingId = "planted", Fraction = 0.5, Alpha = 1 });

        Assert.Equal([1, 0, 0, 0, 1, 1, 0, 1], tensors[0].Values<byte>());
    }

    [Fact]
    public async Task Prune_Refusals_SayWhatWasExpected()
    {
        await _service.WatchAsync([Streams.Begin("short"), .. Streams.T13(0, 20)]);
        await _service.WatchAsync([Streams.Begin("vector"), .. Streams.T13(0, 25)]);

        var fraction = await Assert.ThrowsAsync<InvalidRequestException>(
            () => _service.PruneAsync(new PruneRequest { TrainingId = "short", Fraction = 1 }));
        var few = await Assert.ThrowsAsync<PreconditionException>(
            () => _service.PruneAsync(new PruneRequest { TrainingId = "short", Fraction = 0.5 }));
        var biases = await Assert.ThrowsAsync<InvalidRequestException>(
            () => _service.PruneAsync(new PruneRequest { TrainingId = "vector", Fraction = 0.5 }));

        Assert.Equal("fraction is 1, expected at least 0, less than 1", fraction.Message);
        Assert.Equal("20 snapshots are kept since the last break, the window takes 21", few.Message);
        Assert.Equal(
            "at least one tensor of two extents was expected, got net.weight [2]; tensors of fewer are pruned only "
            + "when biases are", biases.Message);
    }

    [Fact]
    public async Task Forecast_Refusals_SayWhatWasExpected()
    {
        await _service.WatchAsync([Streams.Begin("short"), .. Streams.T13(0, 2)]);

        var ahead = await Assert.ThrowsAsync<InvalidRequestException>(
            () => _service.ForecastAsync(new ForecastRequest { TrainingId = "short" }));
        var few = await Assert.ThrowsAsync<PreconditionException>(
            () => _service.ForecastAsync(new ForecastRequest { TrainingId = "short", Snapshots = 1 }));
        var none = await Assert.ThrowsAsync<ResourceNotFoundException>(
            () => _service.ForecastAsync(new ForecastRequest { TrainingId = "none", Snapshots = 1 }));

        Assert.Equal("snapshots is 0, expected 1 to 1000000000 ahead of the last one", ahead.Message);
        Assert.Equal("2 snapshots are kept since the last break, the forecast takes 3", few.Message);
        Assert.Equal("no training 'none' is stored here", none.Message);
    }

    [Fact]
    public async Task Compare_OneRunWithItself_IsZero_AndAnotherIsAsFarAsItsEigenvalues()
    {
        await _service.WatchAsync([Streams.Begin("a"), .. Streams.T13(0, 40)]);
        var faster = Enumerable.Range(0, 40)
            .SelectMany(k => Streams.Snapshot(k, [2 - (2 * Math.Pow(0.8, k)), -1 + (1.5 * Math.Pow(0.6, k))]));
        await _service.WatchAsync([Streams.Begin("b"), .. faster]);

        var same = await _service.CompareAsync(Request("a", "a"));
        var other = await _service.CompareAsync(Request("a", "b"));

        Assert.Equal((0, 1), (same.Distance, same.PValue));
        Assert.Equal(0.1 / 3, other.Distance, 1e-6);
        Assert.Equal([1, 0.9, 0.6], other.First.Select(mode => Math.Round(mode.Real, 6)));
        Assert.Equal([1, 0.8, 0.6], other.Second.Select(mode => Math.Round(mode.Real, 6)));
        Assert.Contains("three runs a group or more", other.Verdict, StringComparison.Ordinal);

        static CompareTrainingsRequest Request(string a, string b) =>
            new() { First = { a }, Second = { b }, Delays = 4, Modes = 3 };
    }

    [Fact]
    public async Task Compare_Refusals_SayWhatWasExpected()
    {
        await _service.WatchAsync([Streams.Begin("a"), .. Streams.T13(0, 10)]);

        var empty = await Assert.ThrowsAsync<InvalidRequestException>(
            () => _service.CompareAsync(new CompareTrainingsRequest { First = { "a" } }));
        var layer = await Assert.ThrowsAsync<InvalidRequestException>(
            () => _service.CompareAsync(
                new CompareTrainingsRequest { First = { "a" }, Second = { "a" }, Layer = "x" }));
        var delays = await Assert.ThrowsAsync<PreconditionException>(
            () => _service.CompareAsync(new CompareTrainingsRequest { First = { "a" }, Second = { "a" } }));
        var twice = await Assert.ThrowsAsync<InvalidRequestException>(
            () => _service.CompareAsync(new CompareTrainingsRequest { First = { "a", "a" }, Second = { "a" } }));
        var work = await Assert.ThrowsAsync<InvalidRequestException>(
            () => _service.CompareAsync(new CompareTrainingsRequest { Modes = 100, Permutations = 100_001 }));

        Assert.Equal("second has 0 runs, expected 1 to 100", empty.Message);
        Assert.Equal("of training 'a' there is no layer 'x', expected one of 'net'", layer.Message);
        Assert.Contains("32 delays", delays.Message, StringComparison.Ordinal);
        Assert.Equal("first has training 'a' twice, expected every run once", twice.Message);
        Assert.Equal(
            "request.permutations times the cube of modes is 100001 x 100^3, expected at most 100000000000",
            work.Message);
    }

    /// <summary>T30: F = exp(diag(-1.2, -0.3)) takes four layers of at most 0.3 in log.</summary>
    [Fact]
    public async Task Depth_OfT30_IsFour()
    {
        var random = new Random(3);
        var x = Enumerable.Range(0, 80).Select(_ => random.NextDouble() - 0.5).ToArray();
        var y = x.Select((value, i) => value * Math.Exp(i % 2 == 0 ? -1.2 : -0.3)).ToArray();

        var advice = await _service.DepthAsync([DepthHeader(), .. Tensor("inputs", x), .. Tensor("outputs", y)]);

        Assert.Equal((4, 40), (advice.Layers, advice.Rows));
        Assert.Equal(1, advice.Explained, 1e-9);
    }

    [Fact]
    public async Task Depth_Refusals_SayWhatWasExpected()
    {
        double[] rows = [1, 2, 3, 4];
        async Task<string> RefuseAsync(params IEnumerable<AdviseDepthRequest> messages) =>
            (await Assert.ThrowsAsync<InvalidRequestException>(() => _service.DepthAsync(messages))).Message;

        var few = await Assert.ThrowsAsync<PreconditionException>(
            () => _service.DepthAsync([DepthHeader(), .. Tensor("inputs", rows), .. Tensor("outputs", rows)]));
        var large = await Assert.ThrowsAsync<CapacityException>(() => _service.DepthAsync(
            [
                new AdviseDepthRequest { Header = new DepthHeader { Dictionary = "rff:16384" } },
                .. Tensor("inputs", new double[20_000]), .. Tensor("outputs", new double[20_000]),
            ]));

        Assert.Equal("the matrix of outputs was expected to be 2 x 5, got 2 x 2", few.Message);
        Assert.EndsWith(
            "numbers, allowed are 134217728; take fewer rows or a smaller dictionary", large.Message,
            StringComparison.Ordinal);
        Assert.Equal("a stream of pairs starts with a header message, got none", await RefuseAsync());
        Assert.Equal("0 tensors came, expected 'inputs' and then 'outputs'", await RefuseAsync(DepthHeader()));
        Assert.Equal(
            "tensor 'outputs' came, expected 'inputs' and then 'outputs' once each",
            await RefuseAsync([DepthHeader(), .. Tensor("outputs", rows)]));
        Assert.Equal(
            "tensor 'outputs' has shape [3, 2], expected 2 rows of 1 to 4096",
            await RefuseAsync([DepthHeader(), .. Tensor("inputs", rows), .. Tensor("outputs", [1, 2, 3, 4, 5, 6])]));
        Assert.Equal(
            "value 1 of row 0 of tensor 'inputs' is NaN, expected a finite number",
            await RefuseAsync([DepthHeader(), .. Tensor("inputs", [1, double.NaN, 3, 4]), .. Tensor("outputs", rows)]));
        Assert.Equal(
            "header.delta is -1, expected more than 0",
            await RefuseAsync(new AdviseDepthRequest { Header = new DepthHeader { Delta = -1 } }));
    }

    private static AdviseDepthRequest DepthHeader() => new() { Header = new DepthHeader() };

    private static IEnumerable<AdviseDepthRequest> Tensor(string name, double[] values) =>
        TensorCodec.Frames<double>(name, values, values.Length / 2, 2)
            .Select(frame => new AdviseDepthRequest { Tensor = frame });

    private static void Wide(TrainingHeader header, int width)
    {
        header.ElementType = ElementType.Float32;
        header.Tensors[0].Shape[0] = width;
    }

    private Task PlantedAsync(double[] limit, double[] moving) => _service.WatchAsync(
    [
        Streams.Begin("planted", header =>
        {
            header.Tensors.Clear();
            header.Tensors.Add(new ParameterTensor { Name = "a.weight", Shape = { 2, 4 } });
            header.Tensors.Add(new ParameterTensor { Name = "a.bias", Shape = { 2 } });
        }),
        .. Enumerable.Range(0, 21).SelectMany(k => Streams.Snapshot(
            k, [.. limit.Select((value, i) => value + (moving[i] * Math.Pow(0.5, k))), 0.25, 0.25])),
    ]);
}
