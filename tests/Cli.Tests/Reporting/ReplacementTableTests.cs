using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Replacement.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Tests.Reporting;

public sealed class ReplacementTableTests
{
    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(160)]
    public void Write_AtAnyWidth_FitsAndLeadsWithTheVerdict(int width)
    {
        var lines = Lines(width, SampleReplacements.Full());

        Assert.All(lines, line => Assert.True(line.Length <= width, $"{line.Length} > {width}: {line}"));
        var verdict = Array.FindIndex(lines, line => line.StartsWith("verdict ", StringComparison.Ordinal));
        var table = Array.FindIndex(lines, line => line.Contains("Affine", StringComparison.Ordinal));
        Assert.InRange(verdict, 0, table - 1);
    }

    [Fact]
    public void Write_OfAFullReport_ShowsEveryHybridBesideItsBaselines()
    {
        var lines = Lines(120, SampleReplacements.Full());

        Assert.Contains(lines, line => line.Contains("nothing: the original", StringComparison.Ordinal)
            && line.Contains("94.51 %", StringComparison.Ordinal) && line.Contains("88/120", StringComparison.Ordinal));
        var chosen = Assert.Single(lines, line => line.Contains("→ 2  dense_5..dense_6", StringComparison.Ordinal));
        Assert.Matches(
            @"94\.18 %\s+93\.1…95\.2\s+94\.18 %\s+44\.17 %\s+0\.97\s+0\.88\s+0\.93\s+16,810\s+60/100", chosen);
        Assert.Contains(lines, line => line.Trim() == "dense_4 by poly:2, rank 10");
    }

    [Fact]
    public void Write_OfAFullReport_ShowsTheLadderOfTheChosenOne()
    {
        var text = Text(200, SampleReplacements.Full());

        Assert.Contains("How far the outputs of 2, the chosen one, are from the original's:", text, Ordinal);
        Assert.Matches(@"sound +at most 1183 for every input in the box \(zonotope, 0\.31 s\)", text);
        Assert.Contains("assumes: Every feature lies in the box.", text, Ordinal);
        Assert.Contains(
            "at most 3.9 for a new row, with probability at least 99.0 % (1,500 calibration rows); held for 98.85 %",
            text, Ordinal);
        Assert.Contains(
            "at most 5.22 on 2,000 test rows, RMSE 0.612; another top class for 23 rows, 1.15 %", text, Ordinal);
    }

    [Fact]
    public void Write_OfARefusedSoundBound_SaysWhy()
    {
        var report = SampleReplacements.Full();
        report.Chosen = 2;

        Assert.Matches("sound +none: Operator Softmax", Text(200, report));
    }

    [Fact]
    public void Write_OfNothing_SaysWhatToDoNext()
    {
        var text = Text(200, SampleReplacements.Nothing());

        Assert.Matches("verdict +Replace nothing: no candidate", text);
        Assert.Matches(@"next +--budget accuracy=0\.1% would be about what dense_3 by relu:200, rank 20 needs", text);
        Assert.Contains("--component dense_3 exports it whatever it costs", text, Ordinal);
    }

    [Fact]
    public void Write_OfNothingWhoseBestSavesNothing_AdvisesTheBestThatSaves()
    {
        var report = SampleReplacements.Nothing();
        report.Front[0].Costs = report.OriginalCosts.Clone();

        var text = Text(200, report);

        Assert.Matches(@"next +--budget accuracy=0\.3% would be about what dense_5\.\.dense_6 by affine", text);
        Assert.DoesNotContain("--component dense_3", text, Ordinal);
    }

    [Fact]
    public void Write_OfWarningsOnOtherStandIns_CountsThem()
    {
        var report = SampleReplacements.Full();
        report.Warnings.Add("dense_4 by poly:2: the error is 2 on rows held out");
        report.Warnings.Add("dense_4 by affine: 3 of 20 observables do not vary");
        report.Warnings.Add("dense_1 by poly:2: 3 of 20 observables do not vary");

        var text = Text(200, report);

        Assert.Contains("caution  dense_4 by poly:2: the error is 2 on rows held out", text, Ordinal);
        Assert.Contains("caution  Region dense_1..dense_2 was left out", text, Ordinal);
        Assert.DoesNotContain("do not vary", text, Ordinal);
        Assert.Matches("notes +2 on stand-ins that are no part of it; the JSON report has them", text);
    }

    [Fact]
    public void Write_OfTheLeastReport_HasNoTableAndStillAdvises()
    {
        var text = Text(120, SampleReplacements.Least());

        Assert.DoesNotContain("Affine", text, Ordinal);
        Assert.Contains("next  more rows fit better", text, Ordinal);
    }

    [Fact]
    public void Write_WithMarkupAndControlCharactersInNames_PrintsThemInert()
    {
        var text = Text(160, SampleReplacements.Hostile("[red]x[/]\u001b[2J"));

        Assert.Contains("[red]x[/]\uFFFD[2J", text, Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public void Write_WithoutUnicode_UsesAsciiOnly() => Assert.All(
        Text(120, SampleReplacements.Full(), unicode: false), letter => Assert.InRange(letter, '\n', '~'));

    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static string Text(int width, ReplacementReport report, bool unicode = true) =>
        string.Join('\n', Lines(width, report, unicode));

    private static string[] Lines(int width, ReplacementReport report, bool unicode = true)
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = unicode;
        ReplacementTable.Write(console, report);
        return writer.ToString().Split('\n').Select(line => line.TrimEnd()).ToArray();
    }
}
