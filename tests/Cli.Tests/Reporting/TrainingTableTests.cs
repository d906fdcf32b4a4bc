using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Training.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Tests.Reporting;

/// <summary>The report of a training run on a terminal.</summary>
public sealed class TrainingTableTests
{
    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void Write_AtAnyWidth_FitsAndLeadsWithTheVerdict(int width)
    {
        var lines = Lines(width, SampleTrainings.Full());

        Assert.All(lines, line => Assert.True(line.Length <= width, $"{line.Length} > {width}: {line}"));
        Assert.StartsWith("finished: 3 windows in a row", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OfAFullReport_ShowsMarksWindowsLayersModesAndWhatNext()
    {
        var lines = Lines(120, SampleTrainings.Full());

        Assert.Contains(lines, line => line.StartsWith("unstable", StringComparison.Ordinal)
            && line.Contains("step 250: an eigenvalue of modulus 1.03", StringComparison.Ordinal));
        Assert.Matches(@"0–200\s+5\s+40\.0 %\s+5\.0e-4\s+1\.0000\s+2\.0 %\s+-0\.006", Line(lines, "0–200"));
        Assert.Contains("settled", Line(lines, "800–1000"), StringComparison.Ordinal);
        Assert.Single(lines, line => line.TrimStart().StartsWith("fc2 ", StringComparison.Ordinal));
        Assert.Matches(@"0\.8000 ± 0\.2000i\s+0\.8246\s+5\.2\s+1\.0e-4", Line(lines, "± 0.2000i"));
        Assert.Matches(@"1\.0000\s+1\.0000\s+at rest", Line(lines, "at rest"));
        Assert.Contains("the error is 0.21 of the growth", Line(lines, "backtest"), StringComparison.Ordinal);
        Assert.Contains("step 400: the learning rate goes", Line(lines, "caution"), StringComparison.Ordinal);
        Assert.Contains("koopmesh prune runs/a --fraction 0.8", Line(lines, "next"), StringComparison.Ordinal);
        Assert.Contains("1 window left out; --json lists them", lines.Select(line => line.Trim()));
    }

    [Theory]
    [InlineData("badly initialised: x", "start again with another seed")]
    [InlineData("unstable: x", "lower the learning rate")]
    [InlineData("stalled: x", "the weights rest while the loss is high")]
    [InlineData("healthy: x", "train on, or koopmesh forecast runs/a --steps 10")]
    [InlineData("too short to tell: x", "keep more checkpoints")]
    public void Next_OfEachVerdict_IsWhatHelps(string verdict, string next)
    {
        var report = SampleTrainings.Full();
        report.Verdict = verdict;

        Assert.StartsWith(next, Assert.Single(TrainingFindings.Next("runs/a", report)), StringComparison.Ordinal);
    }

    [Fact]
    public void Next_StalledWithoutLosses_AsksForThem()
    {
        var report = SampleTrainings.Full();
        report.Verdict = "stalled: but the loss is not known throughout";
        report.Warnings.Add(new TrainingWarning { Reason = "NO_LOSSES" });

        var next = Assert.Single(TrainingFindings.Next("runs/a", report));

        Assert.StartsWith("name the losses with --losses", next, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OfAWindowWithoutTrustedModes_ShowsNoNumbersOfThem()
    {
        var report = SampleTrainings.Full();
        report.Windows[^3].Modes.Clear();

        Assert.Matches(@"800–1000\s+5\s+–\s+–\s+–\s+–\s+\S+\s+no trusted mode", Line(Lines(120, report), "800–1000"));
    }

    [Fact]
    public void Doubts_OfAWindowThatIsSettledWhileItsWeightsMove_SayHowMuch()
    {
        var report = SampleTrainings.Full();
        (report.Windows[^3].Unexplained, report.Windows[^3].Movement) = (0.9, 4);

        Assert.Equal(
            [
                "in 1 of 17 windows the trusted modes miss more than half of the movement, which is noise or nonlinear "
                    + "to them: their numbers are over little",
                "the last window counts as settled by its modes alone: over it the weights moved by 33.3 % of their "
                    + "norm",
            ],
            TrainingFindings.Doubts(report));
    }

    [Fact]
    public void Doubts_OfRoundingAtTheEnd_AreNone()
    {
        var report = SampleTrainings.Full();
        (report.Windows[^3].Unexplained, report.Windows[^3].Movement) = (0.9, 1e-6);

        Assert.Empty(TrainingFindings.Doubts(report));
    }

    [Fact]
    public void Next_HealthyByTheWeightsAtTheFirstLoss_LooksForTheFault()
    {
        var report = SampleTrainings.Full();
        (report.Verdict, report.Records[^1].Scalars.Loss) = ("not learning: x", report.Records[0].Scalars.Loss * 0.99);

        Assert.Equal(
            "99.0 % of the first loss is left: whatever the weights do, the network has learnt next to nothing",
            Assert.Single(TrainingFindings.Doubts(report)));
        Assert.Equal(
            "look at the learning rate and the initialisation: the loss has hardly fallen",
            Assert.Single(TrainingFindings.Next("runs/a", report)));
    }

    [Fact]
    public void Next_OfAWindowThatIsNoise_ComesWithHowToSeeMore()
    {
        var report = SampleTrainings.Full();
        (report.Verdict, report.Windows[^3].Unexplained) = ("healthy: x", 0.9);
        report.Windows[^3].Movement = 4;

        var next = TrainingFindings.Next("runs/a", report).ToArray();

        Assert.StartsWith("train on", next[0], StringComparison.Ordinal);
        Assert.StartsWith("see more of the movement: --residual 0.1", next[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Next_TooShort_NamesAWindowThatFits()
    {
        var report = SampleTrainings.Full();
        (report.Verdict, report.Snapshots) = ("too short to tell: x", 15);

        Assert.Equal(
            "keep more checkpoints, or take a smaller --window, e.g. 10",
            Assert.Single(TrainingFindings.Next("runs/a", report)));
    }

    [Theory]
    [InlineData(0.0, "nothing moved")]
    [InlineData(1.2, "standing still is no worse")]
    [InlineData(0.7, "little better than standing still")]
    [InlineData(double.NaN, "nothing moved")]
    public void Backtest_ByItsRatio_SaysWhatItIsWorth(double ratio, string meaning) => Assert.Contains(
        meaning, TrainingWords.Backtest(new Backtest { Horizon = 5, ErrorToGrowth = ratio }), StringComparison.Ordinal);

    [Fact]
    public void Alarm_WithoutNullRuns_SaysThatItIsNotCalibrated()
    {
        var text = TrainingWords.Alarm(new AlarmReport { Step = 15, Score = 0.97, Threshold = 0.95, Raised = true });

        Assert.Equal(
            "judged at step 15: score 0.97 reaches 0.95, not calibrated: --null names runs that are known to be good",
            text);
    }

    private static string Line(string[] lines, string part) =>
        lines.First(line => line.Contains(part, StringComparison.Ordinal));

    private static string[] Lines(int width, TrainingReport report)
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        (console.Profile.Width, console.Profile.Capabilities.Unicode) = (width, true);
        TrainingTable.Write(console, "runs/a", report, ["left out: 1 integer tensor"]);
        return [.. writer.ToString().Split('\n').Select(line => line.TrimEnd())];
    }
}
