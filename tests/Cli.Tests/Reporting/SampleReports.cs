using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Tests.Reporting;

/// <summary>Fabricated reports with the shape of real ones.</summary>
internal static class SampleReports
{
    /// <summary>A network of two conv and five dense components with a flag of every kind, audited.</summary>
    public static Report Full()
    {
        var report = Header();
        report.Components.AddRange(SampleComponents.All());
        report.Total = new Total
        {
            LogPdet = report.Components.Sum(c => c.Credit.HasTelescoped ? c.Credit.Telescoped : 0),
            CanonicalLogPdet = report.Components.Sum(c => c.Credit.HasCanonical ? c.Credit.Canonical : 0),
            InteractionGap = 4.31,
            Rank = 10,
            RankStability = 0.91,
            CanonicalRankStability = 0.86,
            Bootstraps = 200,
        };
        report.Audit = SampleAudit.Of(report.Components);
        return report;
    }

    /// <summary>One component, no labels, no audit: the least a run can end with.</summary>
    public static Report Least()
    {
        var report = Header();
        report.Accuracy = null;
        report.Data.Labelled = false;
        report.Warnings.Clear();
        var component = SampleComponents.All()[2];
        (component.Index, component.Kind, component.Name) = (0, "network", "network");
        component.Spectrum = new Spectrum { ReasonAbsent = "The input has 5 dimensions and the output none." };
        component.Credit.CanonicalInterval = null;
        component.Credit.TelescopedInterval = null;
        component.Flags.Clear();
        report.Components.Add(component);
        var credit = component.Credit;
        (credit.CanonicalShare, credit.TelescopedShare) = (1, 1);
        report.Total = new Total { LogPdet = credit.Telescoped, CanonicalLogPdet = credit.Canonical };
        report.Audit = new Audit { ReasonAbsent = "The audit was switched off." };
        return report;
    }

    /// <summary>The full report with one text put wherever a text can come from a file.</summary>
    public static Report Hostile(string text)
    {
        var report = Full();
        report.Model.Name = text;
        report.Model.Producer = text;
        report.Model.Repairs.Add(text);
        report.Data.Name = text;
        report.Warnings.Add(text);
        foreach (var component in report.Components)
        {
            component.Name = text;
            component.Kind = text;
            component.Operators.Add(text);
            component.Flags.Add(text);
        }

        foreach (var verdict in report.Audit.Verdicts)
        {
            verdict.Reason = text;
        }

        return report;
    }

    private static Report Header()
    {
        var report = new Report
        {
            SchemaVersion = 1,
            RunId = "r-20251121-010203-4f1c9a",
            CreatedAt = "2025-11-21T01:02:03Z",
            ToolVersion = "0.1.0",
            Model = new ModelSummary
            {
                Name = "cnn_max_mnist2.onnx",
                Digest = "9f2c4f8a6d1b7e3050c1d2e3f4a5b6c7d8e9f00112233445566778899aabbccd",
                Producer = "pytorch 1.13",
                Opset = 13,
                IrVersion = 7,
                Parameters = 121_930,
                Batching = "rewritten",
            },
            Data = new DataSummary
            {
                Name = "t10k-images-idx3-ubyte.gz",
                Digest = "8d422c7b0a1c8c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                Format = "idx",
                Rows = 10_000,
                Scale = 1.0 / 255,
                Layout = Layout.Nchw,
                Labelled = true,
            },
            Options = new AnalysisOptions { RankTolerance = 1e-5, Bootstraps = 200, Blocks = 40 },
            Accuracy = new Accuracy { Original = 0.9451, Rows = 10_000, Correct = 9_451 },
            Parity = new Parity { BitwiseEqual = true, Rows = 2_048, MaxReplayDifference = 2.4e-7 },
            Environment = new Run.V1.Environment
            {
                LinearAlgebra = "OpenBLAS 0.3.21",
                OnnxRuntime = "1.30.0",
                Dotnet = "10.0.1",
                Cores = 2,
            },
        };
        report.Model.InputShape.AddRange([1L, 28, 28]);
        report.Model.OutputShape.Add(10);
        report.Model.Repairs.Add("The batch axis was fixed to 1; it was freed, and 16 rows' outputs did not change.");
        report.Data.RowShape.AddRange([28L, 28]);
        report.Warnings.Add("The last component ends in a softmax; its logits would be the better output to analyse.");
        report.Timings.AddRange(
        [
            Stage("prepare", 0.31), Stage("capture", 1.92), Stage("fit", 2.75), Stage("credit", 0.44),
            Stage("audit", 6.2),
        ]);
        return report;
    }

    private static StageTime Stage(string stage, double seconds) => new() { Stage = stage, Seconds = seconds };
}
