using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Tests.Reporting;

public sealed class ReportFindingsTests
{
    [Fact]
    public void Findings_OfAFullReport_NameTheTopComponentByCanonicalCredit()
    {
        var first = ReportFindings.Of(SampleReports.Full())[0];

        Assert.Equal(FindingKind.Result, first.Kind);
        Assert.StartsWith(
            "Component 2 (classifier.0) carries the most credit: -3.291 nats (5–95 %: -3.541 to -3.116), 34 %",
            first.Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_WithOverlappingIntervals_DenyTheOrder()
    {
        var cautions = Cautions(SampleReports.Full());

        Assert.Contains(cautions, text => text.StartsWith("Do not read an order", StringComparison.Ordinal));
    }

    [Fact]
    public void Findings_WithSeparateIntervals_AffirmTheLead()
    {
        var report = SampleReports.Full();
        report.Components[3].Credit.CanonicalInterval = new Interval { Low = -3.0, High = -2.9 };

        Assert.Contains(
            ReportFindings.Of(report),
            finding => finding.Kind == FindingKind.Trust
                && finding.Text.StartsWith("Its lead is real", StringComparison.Ordinal));
    }

    [Fact]
    public void Findings_WithAnIntervalAcrossZero_DenyTheOrder()
    {
        var report = SampleReports.Full();
        report.Components[2].Credit.CanonicalInterval = new Interval { Low = -9, High = 4 };
        report.Components[3].Credit.CanonicalInterval = new Interval { Low = -3.0, High = -2.9 };

        Assert.Contains(Cautions(report), text => text.StartsWith("Do not read an order", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Verdict.Trusted, FindingKind.Trust, "may be read")]
    [InlineData(Verdict.Weak, FindingKind.Caution, "the evidence is weak")]
    [InlineData(Verdict.Contradicted, FindingKind.Caution, "the audit contradicts it")]
    [InlineData(Verdict.TooFewComponents, FindingKind.Caution, "cannot be told from so few components")]
    public void Findings_OfAVerdict_NeverSoftenIt(Verdict verdict, object kind, string words)
    {
        var report = SampleReports.Full();
        report.Audit.Verdicts
            .Single(v => v.Metric == "canonical" && v.Claim == Claim.Irreplaceability)
            .Verdict = verdict;

        var finding = Assert.Single(
            ReportFindings.Of(report), f => f.Text.Contains("linear stand-in", StringComparison.Ordinal));

        Assert.Equal((FindingKind)kind, finding.Kind);
        Assert.Contains(words, finding.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LOW_FIDELITY", "Component 1 (features.4), 16.2 %")]
    [InlineData("DEAD", "Component 5 (classifier.6): dead")]
    [InlineData("RANK_DROP", "Component 3 (classifier.2), rank 10 to 9")]
    [InlineData("UNDER_DETERMINED", "Component 6 (classifier.8.logits), 8,000 rows")]
    [InlineData("COMPRESSED", "Component 0 (features.0), 0.4 % lost")]
    [InlineData("CONSTANT_OUTPUT", "Component 5 (classifier.6): gives the same output")]
    public void Findings_OfAFlag_SayWhatItMeans(string flag, string start)
    {
        var report = SampleReports.Full();

        Assert.Contains(Cautions(report), text => text.StartsWith(start, StringComparison.Ordinal));

        foreach (var component in report.Components)
        {
            component.Flags.Remove(flag);
        }

        Assert.DoesNotContain(Cautions(report), text => text.StartsWith(start, StringComparison.Ordinal));
    }

    [Fact]
    public void Findings_OfAFlagOnManyComponents_NameThreeAndCountTheRest()
    {
        var report = SampleReports.Full();
        foreach (var component in report.Components.Where(component => !component.Flags.Contains("COMPRESSED")))
        {
            component.Flags.Add("COMPRESSED");
        }

        var text = Assert.Single(Cautions(report), text => text.Contains("PCA", StringComparison.Ordinal));

        Assert.Contains("component 2 (classifier.0), 0.0 % lost; and 4 more: too wide", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_OfALongName_KeepBothItsEnds()
    {
        var report = SampleReports.Full();
        report.Components[2].Name = "/backbone/stage1/block0/residual_branch/conv2/Conv_output_0";

        Assert.StartsWith(
            "Component 2 (/backbone/stage1…2/Conv_output_0) carries",
            ReportFindings.Of(report)[0].Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_WhenEveryCreditIsZero_SayTheComponentsAreAffine()
    {
        var report = SampleReports.Full();
        foreach (var component in report.Components.Where(component => component.Credit.HasCanonical))
        {
            component.Credit.Canonical = 0;
        }

        Assert.Contains(ReportFindings.Of(report), f => f.Text.Contains("is affine", StringComparison.Ordinal));
        Assert.DoesNotContain(ReportFindings.Of(report), f => f.Text.Contains("most credit", StringComparison.Ordinal));
    }

    [Fact]
    public void Findings_OfAnUnstableOrder_Caution()
    {
        var report = SampleReports.Full();
        report.Total.CanonicalRankStability = 0.4;

        Assert.Contains(Cautions(report), text => text.StartsWith("The order is not stable", StringComparison.Ordinal));
    }

    [Fact]
    public void Findings_OfAnEmptyReport_SayThereIsNothing()
    {
        Assert.Contains(Cautions(new Report()), text => text.Contains("no components", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Cautions(Report report) =>
        ReportFindings.Of(report).Where(finding => finding.Kind == FindingKind.Caution).Select(finding => finding.Text);
}
