using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Koopman.Tests.StandIns;

public sealed class StandInFittingTests : IDisposable
{
    private readonly StandInCall _call = new();

    public void Dispose() => _call.Dispose();

    [Fact]
    public async Task Fit_AffineMapInTwoChunks_ComesBackInPieces()
    {
        var (x, y) = StandInCall.Pairs(2, 300, 1, v => [(2 * v[0]) - v[1] + 3]);

        var answers = await _call.RunAsync(
            StandInCall.Header(2, 1, "affine"),
            StandInCall.Chunk(x[..200], y[..100], 100), StandInCall.Chunk(x[200..], y[100..], 200));

        var (summary, standIn) = Assert.Single(StandInCall.StandIns(answers));
        Assert.Equal(("affine", 0, 1, 2, 300L), (
            summary.Lift, summary.AskedRank, summary.Rank, summary.Observables, summary.Rows));
        Assert.Equal(2 + 1, summary.Parameters);
        Assert.InRange(summary.HeldOutError, 0, 1e-6);
        var coefficients = standIn.Coefficients(StandInCall.Algebra);
        Assert.Equal(2, coefficients[0, 0], 1e-5);
        Assert.Equal(-1, coefficients[0, 1], 1e-5);
        Assert.Equal(3, standIn.Offset.Span[0], 1e-5);
    }

    [Fact]
    public async Task Fit_LiftsAndRanks_AnswersInTheOrderAsked()
    {
        var (x, y) = StandInCall.Pairs(4, 500, 2, v => [v[0] * v[1], v[2], v[3] * v[3]]);
        var header = StandInCall.Header(4, 3, "poly:2", "affine");
        header.Ranks.Add([0, 1]);

        var answers = await _call.RunAsync(header, StandInCall.Chunk(x, y, 500));

        var summaries = StandInCall.StandIns(answers).Select(s => s.Summary).ToArray();
        Assert.Equal(
            [("poly:2", 0, 3), ("poly:2", 1, 1), ("affine", 0, 3), ("affine", 1, 1)],
            summaries.Select(s => (s.Lift, s.AskedRank, s.Rank)));
        Assert.InRange(summaries[0].HeldOutError, 0, 1e-5);
        Assert.True(summaries[1].HeldOutError > 0.1);
    }

    [Fact]
    public async Task Fit_LargeFile_ComesInPiecesOfAtMost64KiB()
    {
        var (x, y) = StandInCall.Pairs(64, 64, 3, v => v);

        var answers = await _call.RunAsync(StandInCall.Header(64, 64, "relu:200"), StandInCall.Chunk(x, y, 64));

        Assert.Single(StandInCall.StandIns(answers));
        var pieces = answers.Where(a => a.PartCase == FitStandInsResponse.PartOneofCase.File).ToArray();
        Assert.True(pieces.Length > 2);
        Assert.All(pieces, piece => Assert.InRange(piece.File.Length, 1, 64 * 1024));
    }

    [Fact]
    public async Task Fit_LiftsThatCannotBe_AreRefusedOneByOne()
    {
        var (x, y) = StandInCall.Pairs(100, 20, 4, v => [v[0]]);
        _call.Options.MaxSummaryBytes = 1 << 20;
        var header = StandInCall.Header(100, 1, "delay:3", "poly", "relu:1000", "affine");
        header.Region = "dense_1..dense_2";

        var answers = await _call.RunAsync(header, StandInCall.Chunk(x, y, 20));

        var refusals = answers.Where(a => a.Refusal is not null).Select(a => (a.Refusal.Lift, a.Refusal.Reason));
        Assert.Equal(
            [
                ("delay:3", "the lift delay:3 imitates one dense layer with its ReLU, which dense_1..dense_2 is not"),
                ("poly", "poly of 100 coordinates makes 5151 observables, more than the 4096 it takes unasked; name "
                    + "the degree (poly:2), or how many as well (poly:2:1000)"),
                ("relu:1000", "the sums of the lift relu:1000 from 100 to 1 features take 28441024 bytes, allowed are "
                    + "1048576; use fewer observables"),
            ],
            refusals);
        Assert.Equal("affine", Assert.Single(StandInCall.StandIns(answers)).Summary.Lift);
    }

    // y = max(W x + b, 0). What the trained block adds to x can only help, and is the same every time.
    [Fact]
    public async Task Fit_DelayOfADenseReluLayer_TrainsABlockAndBeatsAffine()
    {
        double[] w = [1, -1, 0.5, -2, 1, 1.5], b = [0.25, -0.5, 0];
        var (x, y) = StandInCall.Pairs(2, 2000, 5, v => Dense(w, b, v));
        var header = StandInCall.Header(2, 3, "affine", "delay:3", "delay:3+abs");
        header.DenseRelu = true;
        FitStandInsRequest[] messages =
        [
            .. StandInCall.Tensor("weights", w, 2, 3), .. StandInCall.Tensor("bias", b, 3),
            StandInCall.Chunk(x, y, 2000),
        ];

        var answers = await _call.RunAsync(header, messages);

        var found = StandInCall.StandIns(answers);
        Assert.Equal(
            ["x", "x+delay:3", "x+delay:3+abs"], found.Select(s => s.StandIn.Observables.ToString()));
        Assert.True(found[1].Summary.HeldOutError < 0.7 * found[0].Summary.HeldOutError);
        var fractions = answers.Where(a => a.Progress is not null).Select(a => (a.Progress.Lift, a.Progress.Fraction));
        Assert.Equal(("delay:3", 1.0), fractions.Last());
        var again = StandInCall.StandIns(await _call.RunAsync(header, messages));
        Assert.Equal(
            found[1].StandIn.Right.AsSpan().ToArray(), again[1].StandIn.Right.AsSpan().ToArray());
    }

    // The chain behind the frozen layer is a network that imitates the region.
    [Fact]
    public async Task Fit_Delay_TrainsTheBlockToKeepTheRegionsOutputs()
    {
        double[] w = [1, -1, 0.5, -2, 1, 1.5], b = [0.25, -0.5, 0];
        var (x, y) = StandInCall.Pairs(2, 4000, 6, v => Dense(w, b, v));
        var header = StandInCall.Header(2, 3, "delay:2");
        header.DenseRelu = true;

        var answers = await _call.RunAsync(header, [
            .. StandInCall.Tensor("weights", w, 2, 3), .. StandInCall.Tensor("bias", b, 3),
            StandInCall.Chunk(x, y, 4000)]);

        var psi = Assert.Single(StandInCall.StandIns(answers)).StandIn.Observables;
        Assert.IsType<ReluChainFeature>(psi.Features[1]);
        var lifted = psi.Lift(new Matrix(2, 4000, Array.ConvertAll(x, v => (double)v)), StandInCall.Algebra);
        var (error, spread, mean) = (0.0, 0.0, y.Average());
        for (var j = 0; j < 4000; j++)
        {
            var made = Dense(w, b, [(float)lifted[4, j], (float)lifted[5, j]]);
            for (var i = 0; i < 3; i++)
            {
                error += Math.Pow(made[i] - y[(3 * j) + i], 2);
                spread += Math.Pow(y[(3 * j) + i] - mean, 2);
            }
        }

        Assert.InRange(Math.Sqrt(error / spread), 0, 0.5);
    }

    [Fact]
    public async Task Fit_DelayOfMoreRowsThanAreKept_SaysHowManyWereUsed()
    {
        double[] w = [1, 1], b = [0];
        var (x, y) = StandInCall.Pairs(2, 300, 7, v => Dense(w, b, v));
        _call.Options.MaxBufferedBytes = 200 * 3 * sizeof(float);
        var header = StandInCall.Header(2, 1, "delay:1");
        header.DenseRelu = true;

        var answers = await _call.RunAsync(header, [
            .. StandInCall.Tensor("weights", w, 2, 1), .. StandInCall.Tensor("bias", b, 1),
            StandInCall.Chunk(x, y, 300)]);

        var summary = Assert.Single(StandInCall.StandIns(answers)).Summary;
        Assert.Equal(200, summary.Rows);
        Assert.Contains("trained and fitted on the first 200 of 300 rows", summary.Warnings);
    }

    [Fact]
    public async Task Fit_BlockWithTooManyParameters_IsRefused()
    {
        var (x, y) = StandInCall.Pairs(700, 2, 8, v => [Math.Max(v[0], 0)]);
        var weights = new double[700];
        weights[0] = 1;
        var header = StandInCall.Header(700, 1, "delay");
        header.DenseRelu = true;

        var answers = await _call.RunAsync(header, [
            .. StandInCall.Tensor("weights", weights, 700, 1), .. StandInCall.Tensor("bias", [0], 1),
            StandInCall.Chunk(x, y, 2)]);

        Assert.Equal(
            "the scaling block of delay:10 over 700 features has 4907000 parameters, more than the 4194304 that are "
            + "trained; use fewer layers or a narrower region",
            Assert.Single(answers).Refusal.Reason);
    }

    [Fact]
    public async Task Fit_RunCancelled_Stops()
    {
        var header = StandInCall.Header(1, 1, "affine");
        header.RunId = "r-1";
        await _call.Cancellations.CancelAsync("r-1");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _call.RunAsync(header, StandInCall.Chunk([1, 2], [1, 2], 2)));
    }

    private static float[] Dense(double[] w, double[] b, float[] x) =>
        [.. b.Select((bias, i) => (float)Math.Max(bias + x.Select((v, j) => w[(j * b.Length) + i] * v).Sum(), 0))];
}
