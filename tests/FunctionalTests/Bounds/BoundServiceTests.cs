using Google.Protobuf;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.FunctionalTests.Bounds;

/// <summary>The ladder of a pair whose largest difference is known in closed form, over real gRPC.</summary>
public sealed class BoundServiceTests(MeshFixture mesh) : IDisposable
{
    private readonly BoundCalls _calls = new(mesh.Address);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _calls.Dispose();

    [Fact]
    public async Task BoundHybrid_PlantedPair_EveryRungHolds()
    {
        var header = await HeaderAsync();
        header.Regions.Add(new BoundRegion { Name = "all", FromTensor = "input", ToTensor = "output" });
        header.Alpha = 0.1;

        var ladder = await _calls.BoundAsync(
            [new() { Header = header }, .. Box(-1, 1), Rows(RowUse.Calibration, 199, 1), Rows(RowUse.Test, 1000, 2)]);

        Assert.Equal("", ladder.Sound.Refusal);
        AssertAbove(PlantedPair.Exact[0], ladder.Sound.Outputs[0]);
        AssertAbove(PlantedPair.Exact[1], ladder.Sound.Outputs[1]);
        Assert.Equal(ladder.Sound.Outputs.Max(), ladder.Sound.Output);
        AssertAbove(PlantedPair.Exact.Max(), Assert.Single(ladder.Sound.Regions));
        Assert.Equal((6, 6, 0, 0), (
            ladder.Sound.UnstableOriginal, ladder.Sound.RelusOriginal, ladder.Sound.UnstableHybrid,
            ladder.Sound.RelusHybrid));
        Assert.NotEmpty(ladder.Sound.Assumptions);
        Assert.Equal(("", 199, 180, 0.1), (
            ladder.Conformal.Refusal, ladder.Conformal.Rows, ladder.Conformal.Order, ladder.Conformal.Alpha));
        Assert.InRange(ladder.Conformal.TestCoverage, 0.82, 0.98);
        Assert.InRange(ladder.Conformal.Output, 0, ladder.Empirical.OutputMaximum);
        Assert.InRange(ladder.Empirical.OutputMaximum, 0, PlantedPair.Exact.Max());
        Assert.Equal((1000, 250, 0.25), (
            ladder.Empirical.Rows, ladder.Empirical.Flips, ladder.Empirical.FlipRate));
        Assert.InRange(ladder.Empirical.FlipLow, 0.22, 0.25);
        Assert.InRange(ladder.Empirical.FlipHigh, 0.25, 0.28);
    }

    [Fact]
    public async Task BoundHybrid_SmallBox_SettlesReLUs()
    {
        var header = await HeaderAsync();

        var ladder = await _calls.BoundAsync([new() { Header = header }, .. Box(0.2, 0.4)]);
        var count = await _calls.CountAsync(header.Original, BoundCalls.Cube(-0.2, 0.4));

        // On x > 0 the difference is linear: W (x/2 - 0.1) between 0 and 0.1 W feature by feature.
        Assert.Equal(0, ladder.Sound.UnstableOriginal);
        Assert.InRange(ladder.Sound.Outputs[0], 0.45, 0.45 + 1e-4);
        Assert.Equal((6, 6, 6), (count.Unstable, count.Relus, Assert.Single(count.UnstableByLayer)));
    }

    [Fact]
    public async Task BoundHybrid_WithoutSoundOrBox_SaysWhyThereIsNone()
    {
        var header = await HeaderAsync();

        Assert.Equal("no box of inputs came", (await _calls.BoundAsync([new() { Header = header }])).Sound.Refusal);
        header.SkipSound = true;
        var ladder = await _calls.BoundAsync([new() { Header = header }, .. Box(-1, 1)]);
        Assert.Equal("it was not asked for", ladder.Sound.Refusal);
        Assert.Equal("alpha 0.01 needs at least 99 calibration rows, got 0", ladder.Conformal.Refusal);
        Assert.False(ladder.Conformal.HasTestCoverage);
        Assert.Equal((0, false), (ladder.Empirical.Rows, ladder.Empirical.HasFlips));
    }

    [Fact]
    public async Task BoundHybrid_OperatorOutsideTheList_IsRefusedByTheSoundRungAlone()
    {
        var header = await HeaderAsync(DenseActivation.Tanh);

        var ladder = await _calls.BoundAsync(
            [new() { Header = header }, .. Box(-1, 1), Rows(RowUse.Calibration, 199, 1, regions: false)]);

        Assert.Contains("Tanh", ladder.Sound.Refusal, StringComparison.Ordinal);
        Assert.Equal(("", true), (ladder.Conformal.Refusal, ladder.Conformal.Output > 0));
        Assert.Contains(
            "Tanh", (await _calls.CountAsync(header.Original, BoundCalls.Cube(-1, 1))).Refusal,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task SearchBox_PlantedPair_FindsTheMaximumAndNothingBeyond()
    {
        var header = await HeaderAsync();
        var sound = (await _calls.BoundAsync([new() { Header = header }, .. Box(-1, 1)])).Sound;

        var reports = await _calls.SearchAsync(
            Search(header, points: 200_000, bound: sound.Output), BoundCalls.Cube(-1, 1));

        var last = reports[^1];
        Assert.Equal((200_000, 200_000, 0), (last.PointsDone, last.PointsTotal, last.Violations));
        Assert.Equal(0, last.Output);
        Assert.InRange(last.Largest, 0.99 * PlantedPair.Exact[0], PlantedPair.Exact[0] + 1e-6);
        Assert.Equal(PlantedPair.Difference(last.Row)[0], last.Largest, 1e-6);
        Assert.All(last.Row, x => Assert.True(x is >= -1 and <= 1 && (float)x == x));
        Assert.All(reports[..^1], report => Assert.Empty(report.Row));
        Assert.Equal(reports.Select(r => r.PointsDone).Order(), reports.Select(r => r.PointsDone));
    }

    [Fact]
    public async Task SearchBox_BoundThatDoesNotHold_IsFoundOut()
    {
        var header = await HeaderAsync();

        var reports = await _calls.SearchAsync(Search(header, points: 1000, bound: 1.5), BoundCalls.Cube(-1, 1));

        Assert.InRange(reports[^1].Violations, 1, 1000);
    }

    [Fact]
    public async Task SearchBox_CancelledMidway_Ends()
    {
        using var cancel = new CancellationTokenSource();
        using var call = _calls.Client.SearchBox(cancellationToken: cancel.Token);
        var search = Search(await HeaderAsync(), points: 10_000_000);
        await call.RequestStream.WriteAsync(new SearchBoxRequest { Header = search }, Token);
        foreach (var frame in BoundCalls.Cube(-1, 1))
        {
            await call.RequestStream.WriteAsync(new SearchBoxRequest { Tensor = frame }, Token);
        }

        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(Token));

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => call.ResponseStream.MoveNext(Token));

        // The one place for work is free again.
        Assert.Equal(10, (await _calls.SearchAsync(
            Search(await HeaderAsync(), points: 10), BoundCalls.Cube(-1, 1)))[^1].PointsDone);
    }

    internal static SearchHeader Search(BoundHeader header, long points, double? bound = null)
    {
        var search = new SearchHeader { Original = header.Original, Hybrid = header.Hybrid, Points = points, Seed = 1 };
        if (bound is { } value)
        {
            search.Bound = value;
        }

        return search;
    }

    internal static IEnumerable<BoundHybridRequest> Box(double lower, double upper) =>
        BoundCalls.Cube(lower, upper).Select(frame => new BoundHybridRequest { Tensor = frame });

    private async Task<BoundHeader> HeaderAsync(DenseActivation activation = DenseActivation.Relu) => new()
    {
        Original = await UploadAsync("original.onnx", PlantedPair.Original(activation)),
        Hybrid = await UploadAsync("hybrid.onnx", PlantedPair.Hybrid()),
        Alpha = 0.01,
    };

    private Task<ArtifactRef> UploadAsync(string name, byte[] content) =>
        mesh.Client.UploadAsync(mesh.Write(name, content), Token);

    // Differences of the planted pair on rows drawn from the box; every fourth row flips.
    private static BoundHybridRequest Rows(RowUse use, int count, int seed, bool regions = true)
    {
        var random = new Random(seed);
        var (largest, norm) = (new float[count], new float[count]);
        for (var i = 0; i < count; i++)
        {
            double[] row = [.. Enumerable.Range(0, PlantedPair.Features).Select(_ => (2 * random.NextDouble()) - 1)];
            var difference = PlantedPair.Difference(row);
            largest[i] = (float)difference.Max(Math.Abs);
            norm[i] = (float)Math.Sqrt(difference.Sum(d => d * d));
        }

        return new BoundHybridRequest
        {
            Differences = new DifferenceChunk
            {
                Use = use,
                Rows = count,
                Regions = regions ? BoundCalls.Floats(largest) : ByteString.Empty,
                Output = BoundCalls.Floats(largest),
                OutputNorm = BoundCalls.Floats(norm),
                Flips = ByteString.CopyFrom([.. Enumerable.Range(0, count).Select(i => (byte)(i % 4 == 0 ? 1 : 0))]),
            },
        };
    }

    private static void AssertAbove(double exact, double bound) => Assert.InRange(bound, exact, 2 * exact);
}
