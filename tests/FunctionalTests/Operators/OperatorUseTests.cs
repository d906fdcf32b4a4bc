using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Operator.V1;

namespace KoopmanMesh.FunctionalTests.Operators;

/// <summary>Operators that were fitted are fetched, predicted with and merged.</summary>
public sealed class OperatorUseTests(MeshFixture mesh) : IDisposable
{
    private static readonly double[][] _map = [[0.9, 0.2], [0, 0.5]];
    private readonly OperatorCalls _calls = new(mesh.Address);

    public void Dispose() => _calls.Dispose();

    [Fact]
    public async Task Predict_StoredOperator_IsTheClosedForm()
    {
        var fit = await FitAsync();

        var states = await _calls.PredictAsync(new PredictHeader { OperatorId = fit.OperatorId, Steps = 7 }, [[1, 2]]);

        Close(OperatorCalls.Trajectory(_map, [1, 2], 8)[1..], states, 1e-10);
    }

    [Fact]
    public async Task Predict_UploadedOperator_IsTheSameToTheBit()
    {
        var fit = await FitAsync();
        var (report, file) = await _calls.GetAsync(fit.OperatorId);
        Assert.Equal(fit.OperatorBytes, file.Length);

        var stored = await _calls.PredictAsync(new PredictHeader { OperatorId = fit.OperatorId, Steps = 5 }, [[1, 2]]);
        var uploaded = await _calls.PredictAsync(
            new PredictHeader { OperatorBytes = file.Length, Steps = 5 }, [[1, 2]], file: file);

        Assert.Equal(stored.SelectMany(s => s), uploaded.SelectMany(s => s));
        Assert.Equal(fit.Report.Eigenpairs, report.Eigenpairs);
        using var stream = new MemoryStream(file);
        Assert.Equal("dmd", OperatorArchive.Read(stream).Request!.Method);
    }

    [Fact]
    public async Task Predict_DelaysAndLongHistory_GoOnFromItsEnd()
    {
        var header = OperatorCalls.Header("dmd", 1);
        header.Options.Delays = 2;
        double Wave(int k) => Math.Cos(0.3 * k);
        var rows = Enumerable.Range(0, 50).Select(k => new[] { Wave(k) }).ToArray();
        var fit = await _calls.FitAsync(header, OperatorCalls.Chunk(rows));

        var states = await _calls.PredictAsync(
            new PredictHeader { OperatorId = fit.OperatorId, Steps = 20 }, rows[5..11]);

        Close([.. Enumerable.Range(11, 20).Select(k => new[] { Wave(k) })], states, 1e-8);
    }

    [Fact]
    public async Task Predict_Control_FollowsItsInputs()
    {
        var random = new Random(5);
        var inputs = Enumerable.Range(0, 60).Select(_ => new[] { random.NextDouble() - 0.5 }).ToArray();
        var rows = new double[60][];
        rows[0] = [1];
        for (var k = 1; k < rows.Length; k++)
        {
            rows[k] = [(0.8 * rows[k - 1][0]) + (0.5 * inputs[k - 1][0])];
        }

        var header = OperatorCalls.Header("control", 1);
        header.Data.InputWidth = 1;
        var chunk = OperatorCalls.Chunk(rows);
        chunk.Inputs = OperatorCalls.Bytes(inputs);
        var fit = await _calls.FitAsync(header, chunk);

        var states = await _calls.PredictAsync(
            new PredictHeader { OperatorId = fit.OperatorId, Steps = 30 }, [rows[20]], inputs[20..50]);

        Close(rows[21..51], states, 1e-10);
    }

    /// <summary>200,000 steps of 2 numbers come in several pieces.</summary>
    [Fact]
    public async Task Predict_ManySteps_AllArrive()
    {
        var fit = await FitAsync();

        var states = await _calls.PredictAsync(
            new PredictHeader { OperatorId = fit.OperatorId, Steps = 200_000 }, [[1, 2]]);

        Assert.Equal(200_000, states.Length);
        Assert.Equal(OperatorCalls.Trajectory(_map, [1, 2], 101)[100][0], states[99][0], 1e-12);
        Assert.Equal(0, states[^1][0], 1e-300);
    }

    [Theory]
    [InlineData(SummaryKind.Gram)]
    [InlineData(SummaryKind.Qr)]
    public async Task Merge_ThreeShards_IsTheFitOfAll(SummaryKind summary)
    {
        var random = new Random(6);
        var shards = Enumerable.Range(0, 3).Select(s => Enumerable.Range(0, 30 + s)
            .Select(_ => new[] { random.NextDouble(), random.NextDouble() }).ToArray()).ToArray();
        FitHeader Header(bool keep)
        {
            var header = OperatorCalls.Header("dmd", 2, DataKind.Pairs);
            (header.KeepSummary, header.Summary) = (keep, summary);
            return header;
        }

        var chunks = Array.ConvertAll(shards, x => OperatorCalls.Chunk(
            x, Array.ConvertAll(x, row => Next(row, 0.01 * Math.Sin(40 * row[0])))));
        var whole = await _calls.FitAsync(Header(keep: false), chunks);
        var ids = new List<string>();
        foreach (var chunk in chunks)
        {
            ids.Add((await _calls.FitAsync(Header(keep: true), chunk)).SummaryId);
        }

        var merged = await _calls.Client.MergeAsync(
            new MergeRequest { SummaryIds = { ids }, KeepSummary = true },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("", whole.SummaryId);
        Assert.Equal(64, merged.SummaryId.Length);
        Assert.Equal((93, 93), (merged.Report.Data.Rows, merged.Report.Data.Pairs));
        OperatorCalls.Contains(
            OperatorCalls.Eigenvalues(merged.Report), 1e-10, OperatorCalls.Eigenvalues(whole.Report));
        Assert.Equal(whole.Report.Quality.FitError, merged.Report.Quality.FitError, 1e-10);
    }

    [Fact]
    public async Task Merge_RandomFeaturesOfOneDictionary_IsTheFitOfAll()
    {
        var rows = Enumerable.Range(0, 60).Select(k => new[] { Math.Cos(0.3 * k), Math.Sin(0.3 * k) }).ToArray();
        var header = OperatorCalls.Header("edmd", 2);
        (header.Options.Dictionary, header.KeepSummary) = ("rff:5", true);
        var first = await _calls.FitAsync(header, OperatorCalls.Chunk(rows[..30]));
        var wider = Array.ConvertAll(rows, row => Array.ConvertAll(row, v => 3 * v));
        var other = await _calls.FitAsync(header, OperatorCalls.Chunk(wider));

        header.ObservablesOf = first.SummaryId;
        var shard = await _calls.FitAsync(header, OperatorCalls.Chunk(rows[30..]));
        var merged = await MergeAsync(first.SummaryId, shard.SummaryId);
        var error = await Refusal.OfAsync(MergeAsync(first.SummaryId, other.SummaryId));

        Assert.Equal(58, merged.Report.Data.Pairs);
        Assert.Equal("SUMMARIES_DIFFER", error.Reason);
        Assert.Contains("share a dictionary", error.Message, StringComparison.Ordinal);
    }

    private Task<FitResponse> FitAsync() => _calls.FitAsync(
        OperatorCalls.Header("dmd", 2), OperatorCalls.Chunk(OperatorCalls.Trajectory(_map, [1, 2], 30)));

    private async Task<MergeResponse> MergeAsync(params string[] ids) => await _calls.Client.MergeAsync(
        new MergeRequest { SummaryIds = { ids } }, cancellationToken: TestContext.Current.CancellationToken);

    private static double[] Next(double[] row, double extra) =>
        [OperatorCalls.Trajectory(_map, row, 2)[1][0] + extra, OperatorCalls.Trajectory(_map, row, 2)[1][1]];

    private static void Close(double[][] expected, double[][] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(
            expected.SelectMany(r => r).Zip(actual.SelectMany(r => r)),
            pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
