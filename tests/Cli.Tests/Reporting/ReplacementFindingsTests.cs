using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Replacement.V1;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Tests.Reporting;

public sealed class ReplacementFindingsTests
{
    [Fact]
    public void Findings_OfALiftThatAffineEquals_SayTheLiftBuysNothing()
    {
        var report = SampleReplacements.Full();
        report.Chosen = 2;

        Assert.Contains(
            "Plain affine least squares at the same place does as well (accuracy 90.90 % against 90.87 %): its lift "
            + "buys nothing.",
            Of(report, FindingKind.Caution));
    }

    [Fact]
    public void Findings_OfALeadWithinTheIntervals_DoNotClaimIt()
    {
        var report = SampleReplacements.Full();
        report.Chosen = 0;

        Assert.Contains(
            "Its lead on plain affine least squares at the same place (accuracy 94.40 % against 94.02 %) is within the "
            + "intervals of both.",
            Of(report, FindingKind.Caution));
        Assert.Contains(
            "It beats leaving the component out: accuracy 94.40 % against 61.30 %.", Of(report, FindingKind.Trust));
    }

    [Fact]
    public void Findings_OfAffineItself_DoNotCompareItWithItself()
    {
        var report = SampleReplacements.Full();
        report.Front[1].Regions.RemoveAt(1);

        Assert.DoesNotContain(
            ReplacementFindings.Of(report),
            finding => finding.Text.Contains("least squares", StringComparison.Ordinal));
    }

    [Fact]
    public void Findings_OfTimes_TellThoseThatAreSureFromThoseThatAreNot()
    {
        var report = SampleReplacements.Full();

        Assert.Contains(
            "Row by row it takes 0.97 of the time (5–95 %: 0.90 to 1.06): do not count on it being faster.",
            Of(report, FindingKind.Caution));
        Assert.Contains(
            "In batches of 256 it takes 0.88 of the time (5–95 %: 0.83 to 0.95).", Of(report, FindingKind.Trust));
    }

    [Fact]
    public void Findings_OfASlowerHybrid_NameTheWorkItSaves()
    {
        var report = SampleReplacements.Full();
        report.Front[1].Latencies[0].Ratio = 1.1;
        report.Front[1].Latencies[0].RatioHigh = 1.2;

        Assert.Contains(
            "Row by row it is no faster: it takes 1.10 of the time (5–95 %: 0.90 to 1.20), at 0.93 of the work.",
            Of(report, FindingKind.Caution));
    }

    [Fact]
    public void Findings_OfTheLadder_SayWhatItDoesNotShow()
    {
        var report = SampleReplacements.Full();
        report.Front[1].Bounds.Conformal.TestCoverage = 0.97;

        var cautions = Of(report, FindingKind.Caution);

        Assert.Contains(cautions, text => text.StartsWith(
            "The conformal bound held for 97.00 % of the test rows, fewer than chance explains for the 99.0 %",
            StringComparison.Ordinal));
        Assert.Contains(cautions, text => text.StartsWith(
            "The sound bound is 227 times the largest difference seen", StringComparison.Ordinal));
    }

    [Fact]
    public void Findings_OfABoxAroundARow_DoNotAdviseToMakeOne()
    {
        var report = SampleReplacements.Full();
        report.Options.Box = new InputBox { Around = new BallBox { Row = 17, Radius = 0.02 } };

        var finding = Assert.Single(
            Of(report, FindingKind.Caution), text => text.StartsWith("The sound bound", StringComparison.Ordinal));
        Assert.EndsWith("most of which no data comes near.", finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_OfACoverageWithinChance_DoNotCautionAgainstIt() => Assert.DoesNotContain(
        Of(SampleReplacements.Full(), FindingKind.Caution),
        text => text.Contains("conformal", StringComparison.Ordinal));

    [Fact]
    public void Findings_WithoutAHybrid_AreTheVerdict() => Assert.Equal(
        "Replace nothing: no stand-in could be fitted.",
        Assert.Single(ReplacementFindings.Of(SampleReplacements.Least())).Text);

    private static string[] Of(ReplacementReport report, FindingKind kind) =>
        [.. ReplacementFindings.Of(report).Where(finding => finding.Kind == kind).Select(finding => finding.Text)];
}
