using KoopmanMesh.Credit.V1;
using KoopmanMesh.Replacement.V1;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Tests.Reporting;

/// <summary>Fabricated reports of replacements with the shape of real ones.</summary>
internal static class SampleReplacements
{
    private static readonly string[] _components =
        ["dense_1", "dense_2", "dense_3", "dense_4", "dense_5", "dense_6", "dense_7"];

    /// <summary>The chain that the reports are about.</summary>
    public static DescribeModelResponse Chain()
    {
        var chain = new DescribeModelResponse();
        foreach (var name in _components)
        {
            chain.Components.Add(new ComponentDescription
            {
                Name = name,
                Operators = { "Gemm", "LeakyRelu" },
                InputShape = { name == "dense_1" ? 784 : 20 },
                OutputShape = { name == "dense_7" ? 10 : 20 },
            });
        }

        return chain;
    }

    /// <summary>Three hybrids, the second chosen; affine does as well as the lift of the third.</summary>
    public static ReplacementReport Full()
    {
        var report = Header();
        report.Chosen = 1;
        report.Verdict =
            "replace dense_5..dense_6 by affine and dense_4 by poly:2, rank 10, loses 0.27 % of accuracy at 93 % of the "
            + "operations and 0.97 of the latency";
        report.Warnings.Add("Region dense_1..dense_2 was left out: its cut of 784 values is wider than 512.");
        report.Front.Add(Hybrid("dense_3", "relu:200", 20, 0.9440, 0.9402, 0.6130, 17_900));
        report.Front.Add(Hybrid("dense_5..dense_6", "affine", 20, 0.9418, 0.9418, 0.4417, 17_200));
        report.Front.Add(Hybrid("dense_2..dense_5", "relu:64", 12, 0.9087, 0.9090, 0.2210, 16_400));
        report.Front[1].Regions.Add(Region("dense_4", "poly:2", 10));
        report.Front[2].Bounds.Sound = new SoundBound
        {
            Refusal = "Operator Softmax (node 'sm') is not among those that can be bounded.",
        };
        Candidates(report);
        return report;
    }

    /// <summary>Nothing was worth it: the front was exported, none was chosen.</summary>
    public static ReplacementReport Nothing()
    {
        var report = Full();
        report.Chosen = -1;
        report.Verdict =
            "replace nothing: no candidate keeps accuracy within 0.05 %; the best, dense_3 by relu:200, loses 0.11 %";
        return report;
    }

    /// <summary>Nothing was even exported, without labels, bounds or costs of ReLUs.</summary>
    public static ReplacementReport Least()
    {
        var report = Header();
        report.Measure = "fidelity";
        report.Data.Labelled = false;
        report.Original = new Performance { Rows = 200, Score = 1 };
        report.OriginalCosts = new Costs { Operations = 100, Parameters = 50 };
        report.Chosen = -1;
        report.Verdict = "replace nothing: no stand-in could be fitted";
        return report;
    }

    /// <summary>The full report with one text put wherever a text can come from a file.</summary>
    public static ReplacementReport Hostile(string text)
    {
        var report = Full();
        report.Model.Name = text;
        report.Data.Name = text;
        report.Verdict = text;
        report.Warnings.Add(text);
        foreach (var hybrid in report.Front)
        {
            hybrid.Operators.Add(text);
            hybrid.Bounds.Empirical.Assumptions.Add(text);
            foreach (var region in hybrid.Regions)
            {
                (region.Region, region.Lift) = (text, text);
            }
        }

        return report;
    }

    private static ReplacementReport Header() => new()
    {
        SchemaVersion = 1,
        RunId = "r-20261121-010203-4f1c9a",
        CreatedAt = "2026-11-21T01:02:03Z",
        ToolVersion = "0.1.0",
        Model = new ModelSummary
        {
            Name = "mnist5x20_leaky_relu.onnx",
            Digest = "9f2c4f8a6d1b7e3050c1d2e3f4a5b6c7d8e9f00112233445566778899aabbccd",
            Producer = "pytorch 1.13",
            Opset = 13,
            IrVersion = 7,
        },
        Data = new DataSplit
        {
            Name = "t10k-images-idx3-ubyte.gz",
            Rows = 10_000,
            FitRows = 5_000,
            SelectRows = 1_500,
            CalibrateRows = 1_500,
            TestRows = 2_000,
            Labelled = true,
        },
        Options = new ReplacementOptions
        {
            Lifts = { "affine", "relu:64", "relu:200", "poly:2" },
            Ranks = { 0, 10 },
            Alpha = 0.01,
            Box = new InputBox { Uniform = new UniformBox { Lower = 0, Upper = 1 } },
        },
        Measure = "accuracy",
        Original = new Performance { Rows = 2_000, Score = 0.9451, ScoreLow = 0.9342, ScoreHigh = 0.9547 },
        OriginalCosts = new Costs { Parameters = 18_110, Operations = 18_500, UnstableRelus = 88, Relus = 120 },
        Environment = new Run.V1.Environment
        {
            LinearAlgebra = "OpenBLAS 0.3.21",
            OnnxRuntime = "1.30.0",
            Dotnet = "10.0.1",
            Cores = 2,
        },
        Timings =
        {
            new StageTime { Stage = "fit", Seconds = 3.1 }, new StageTime { Stage = "plan", Seconds = 4.4 },
            new StageTime { Stage = "export", Seconds = 2.2 }, new StageTime { Stage = "bound", Seconds = 0.9 },
        },
    };

    private static ReplacedRegion Region(string region, string lift, int rank) => new()
    {
        Region = region,
        Lift = lift,
        Rank = rank,
        BeforeWidth = 20,
        AfterWidth = 20,
        Observables = 20,
        HeldOutError = 0.1134,
    };

    private static Hybrid Hybrid(
        string region, string lift, int rank, double score, double affine, double skip, long operations)
    {
        var costs = new Costs
        {
            Parameters = operations - 390,
            Operations = operations,
            UnstableRelus = 60,
            Relus = 100,
        };
        return new Hybrid
        {
            Id = $"{region}:{lift}:{rank}",
            Regions = { Region(region, lift, rank) },
            Digest = "aa2c4f8a6d1b7e3050c1d2e3f4a5b6c7d8e9f00112233445566778899aabbccd",
            Bytes = 80_123,
            Performance = Performance(score),
            Costs = costs,
            Latencies =
            {
                new Latency { Batch = 1, Repeats = 101, Ratio = 0.97, RatioLow = 0.9, RatioHigh = 1.06 },
                new Latency { Batch = 256, Repeats = 101, Ratio = 0.88, RatioLow = 0.83, RatioHigh = 0.95 },
            },
            Baselines =
            {
                new Baseline { Name = "affine", Performance = Performance(affine), Costs = costs.Clone() },
                new Baseline { Name = "skip", Performance = Performance(skip), Costs = costs.Clone() },
            },
            Bounds = Ladder(),
            OwnEvaluationDifference = 3.1e-7,
            Operators = { "Gemm", "Relu", "Add" },
        };
    }

    private static Performance Performance(double score) => new()
    {
        Rows = 2_000,
        Score = score,
        ScoreLow = score - 0.011,
        ScoreHigh = score + 0.010,
        Agreement = 0.98,
        RelativeRmse = 0.0812,
    };

    private static BoundLadder Ladder() => new()
    {
        Sound = new SoundBound
        {
            Domain = "zonotope",
            Regions = { 41.2, 33.1 },
            Output = 1182.5,
            Seconds = 0.31,
            Assumptions = { "Every feature lies in the box." },
        },
        Conformal = new ConformalBound
        {
            Alpha = 0.01,
            Rows = 1_500,
            Order = 1_486,
            Regions = { 2.4, 1.1 },
            Output = 3.904,
            TestCoverage = 0.9885,
            Assumptions = { "The new row is exchangeable with the calibration rows." },
        },
        Empirical = new EmpiricalBound
        {
            Rows = 2_000,
            RegionMaxima = { 3.0, 1.4 },
            OutputMaximum = 5.217,
            OutputRmse = 0.612,
            Flips = 23,
            FlipRate = 0.0115,
            FlipLow = 0.0073,
            FlipHigh = 0.0172,
            Confidence = 0.95,
            Assumptions = { "Nothing beyond the rows that were seen." },
        },
    };

    private static void Candidates(ReplacementReport report)
    {
        var random = new Random(3);
        for (var i = 0; i < 60; i++)
        {
            var name = _components[1 + (i % 6)];
            report.Candidates.Add(new Candidate
            {
                Id = $"{name}:{i}",
                Regions = { Region(name, i % 5 == 0 ? "skip" : "affine", 20) },
                Score = i % 5 == 0 ? 0.1 + (0.5 * random.NextDouble()) : 0.945 - (0.06 * random.NextDouble()),
                Costs = new Costs { Operations = 15_900 + random.Next(3_000), Parameters = 15_000 },
                Role = i % 5 == 0 ? "skip" : "affine",
            });
        }
    }
}
