using KoopmanMesh.Cli.Scaling.Model;
using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.Cli.Tests.Scaling;

/// <summary>The model of docs/scaling.md against its limits, and its counts against the product's.</summary>
public sealed class MeshModelTests
{
    private static readonly MeshConstants _free = new()
    {
        Source = "nothing costs anything",
        ReadValue = 0,
        NetworkFlop = 0,
        SendByte = 0,
        ReceiveByte = 0,
        Fold = new FoldCost(0, 0, 0),
        StoreByte = 0,
        LoadByte = 0,
        MergeByte = 0,
        Fit = new FitCost(0, 0, 0),
        ScoreReplicate = 0,
        Dispatch = 0,
        Piece = 0,
        LedgerStatement = 0,
        LedgerItem = 0,
        RunUpdate = 0,
        Event = 0,
    };

    private static readonly MeshJob _job = new() { Widths = [64, 32, 10], Rows = 1 << 24, ShardRows = 1 << 16 };

    [Fact]
    public void Job_OfWidths_CountsEachInnerCutTwice()
    {
        Assert.Equal(64 + 32 + 32 + 10, _job.ValuesPerRow);
        Assert.Equal(2 * ((64 * 32) + (32 * 10)), _job.FlopsPerRow);
        Assert.Equal(256, _job.Shards);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(100_000)]
    public void MergeLevels_OfShards_AreThoseOfTheProductsTree(int shards)
    {
        var tree = new MergeTree(shards);
        var job = _job with { Rows = shards, ShardRows = 1 };

        Assert.Equal(
            Enumerable.Range(1, tree.Top).Select(level => (long)tree.Size(level)), job.MergeLevels());
        Assert.Equal(MergeTree.FanIn, MeshJob.FanIn);
    }

    [Fact]
    public void AccumulatorBytes_OfAJob_AreThoseOfItsStoredAccumulators()
    {
        var algebra = LinearAlgebraProvider.Detect(null);
        long stored = 0;
        foreach (var (before, after) in new[] { (64, 32), (32, 10) })
        {
            using var file = new MemoryStream();
            var accumulator = new BlockedAccumulator(before, after, _job.Blocks, 4_000, AccumulatorKind.Gram, algebra);
            accumulator.Add(0, new float[4_000 * before], new float[4_000 * after], 4_000);
            accumulator.Write(file);
            stored += file.Length;
        }

        Assert.InRange((double)_job.AccumulatorBytes / stored, 0.97, 1.03);
    }

    [Theory]
    [InlineData(1, 8, 1)]
    [InlineData(4, 8, 4)]
    [InlineData(1000, 8, 8)]
    [InlineData(1000, 1000, 256)]
    public void Time_OfReadingAlone_IsSharedByTheReplicasThatGetAShard(int replicas, int inFlight, int busy)
    {
        var model = new MeshModel(_free with { ReadValue = 1e-6 });
        var mesh = new MeshSize { Captures = replicas, Koopmans = 1, ShardsInFlight = inFlight };

        var prediction = model.Predict(_job, mesh with { NetworkBytesPerSecond = 1e18, VolumeBytesPerSecond = 1e18 });

        Assert.Equal(_job.Rows * 64 * 1e-6 / busy, prediction.Seconds, 1e-6);
        Assert.Equal("capture", prediction.Bottleneck.Name);
    }

    // Receiving costs by width: of 96 + 42 the wider stream is 96, so that two shards fill 2 * 138 / 96 replicas.
    [Theory]
    [InlineData(2, 2)]
    [InlineData(100, 2 * 138 / 96.0)]
    public void Time_OfReceiving_IsSharedByAsManyReplicasAsTheWidestStreamLets(int replicas, double busy)
    {
        var model = new MeshModel(_free with { ReceiveByte = 1e-6 });

        var prediction = model.Predict(_job, new MeshSize { Captures = 2, Koopmans = replicas, ShardsInFlight = 2 });

        Assert.Equal(_job.Rows * 138 * 4e-6 / busy, prediction.Seconds, 1e-6);
    }

    [Fact]
    public void Time_OnSharedCores_IsNoLessThanTheirs()
    {
        var model = new MeshModel(_free with { ReadValue = 1e-6, ReceiveByte = 1e-7 });
        var mesh = new MeshSize { Captures = 8, Koopmans = 8, SharedCores = 2 };

        var prediction = model.Predict(_job, mesh);

        Assert.Equal("cores", prediction.Bottleneck.Name);
        Assert.Equal((model.CaptureCpu(_job) + model.KoopmanCpu(_job)) / 2, prediction.Bottleneck.Seconds, 9);
    }

    [Theory]
    [InlineData(8, 8, 8, 0.2)]
    [InlineData(8, 8, 32, 0.8)]
    [InlineData(1000, 1000, 4096, 5)]
    public void Ledger_ThatHeartBeatsTakeUp_NeverFinishes(int captures, int koopmans, int inFlight, double between)
    {
        var mesh = new MeshSize { Captures = captures, Koopmans = koopmans, ShardsInFlight = inFlight };
        var job = _job with { ShardRows = 1 << 12 };
        var beats = Math.Min(inFlight, 4 * captures) / between;
        MeshPrediction At(double statement) =>
            new MeshModel(_free with { LedgerStatement = statement }).Predict(job, mesh);

        Assert.Equal(between, mesh.SecondsBetweenBeats, 12);
        Assert.True(double.IsFinite(At(0.5 / beats).Seconds));
        Assert.Equal(double.PositiveInfinity, At(1 / beats).Seconds);
        Assert.Equal("ledger", At(1 / beats).Bottleneck.Name);
    }

    [Fact]
    public void Beats_OfTheModel_AreThoseOfTheProduct()
    {
        foreach (var inFlight in new[] { 1, 8, 20, 100, 10_000 })
        {
            var mesh = new MeshSize { Captures = 1, Koopmans = 1, ShardsInFlight = inFlight };
            var options = new WorkOptions { ShardsInFlight = inFlight };

            Assert.Equal(options.BeatInterval.TotalSeconds, mesh.SecondsBetweenBeats, 6);
            Assert.Equal(options.ReconcileInterval.TotalSeconds, mesh.ReconcileSeconds);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public void Data_IsVerifiedByThoseWhoReadIt(int replicas)
    {
        var model = new MeshModel(_free with { LoadByte = 1e-9 });
        var mesh = new MeshSize { Captures = replicas, Koopmans = 1, ShardsInFlight = 256 };

        var capture = model.Predict(_job, mesh).Parts.Single(part => part.Name == "capture");

        Assert.Equal(_job.Rows * 64 * sizeof(float) * 1e-9 / replicas, capture.Seconds, 9);
    }

    [Theory]
    [InlineData(2, 2, 8, 4)]
    [InlineData(2, 2, 4, 2)]
    [InlineData(10, 1, 1000, 40)]
    public void Memory_OfKoopman_IsThatOfItsShareOfTheOpenStreams(int captures, int koopmans, int inFlight, int open)
    {
        var mesh = new MeshSize { Captures = captures, Koopmans = koopmans, ShardsInFlight = inFlight };

        Assert.Equal(open * _job.AccumulatorBytes, new MeshModel(_free).Predict(_job, mesh).KoopmanBytes);
    }

    [Fact]
    public void Constants_OfThisBuild_ArePositiveAndSaysWhence()
    {
        var measured = MeshConstants.Measured();

        Assert.NotEmpty(measured.Source);
        Assert.All(
            new[] { measured.ReadValue, measured.NetworkFlop, measured.LedgerItem, measured.RunUpdate, measured.Event },
            seconds => Assert.InRange(seconds, 1e-15, 1));
        Assert.True(measured.Fold.Seconds(804) > measured.Fold.Seconds(40));
    }

    [Fact]
    public void Prediction_OfAJobThatGrows_KeepsItsRowsAReplica()
    {
        var plan = new PredictionPlan
        {
            Replicas = [10, 1],
            Rows = [1_000_000],
            Widths = [64, 64, 10],
            Role = Cli.Scaling.ScaleRole.Both,
            Weak = true,
            ShardRows = 0,
            ShardsInFlight = 0,
            Cores = 0,
            Replicates = 0,
        };

        var curve = PredictionRow.Of(Prediction.Of(plan, MeshConstants.Measured()).Single());

        Assert.Equal([1_000_000, 10_000_000], curve.Select(row => row.Rows));
        Assert.Equal((1.0, 1.0), (curve[0].SpeedUp, curve[0].Efficiency));
    }
}
