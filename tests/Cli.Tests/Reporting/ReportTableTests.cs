using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Run.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Tests.Reporting;

public sealed class ReportTableTests
{
    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(160)]
    public void Write_AtAnyWidth_FitsAndLeadsWithCanonical(int width)
    {
        var lines = Lines(width, console => ReportTable.Write(console, SampleReports.Full()));

        Assert.All(lines, line => Assert.True(line.Length <= width, $"{line.Length} > {width}: {line}"));
        var head = Assert.Single(lines, line => line.Contains("Fit err", StringComparison.Ordinal));
        Assert.Matches("Canonical.*Telesc", head);
        var row = Assert.Single(lines, line => line.Contains(" 2  classifier.0 ", StringComparison.Ordinal));
        Assert.Matches(@"-3\.291\s+-3\.54…-3\.12\s+34 %.*-9\.440\s+9\.3 %", row);
    }

    [Fact]
    public void Write_AtEightyColumns_LeavesOutOperators()
    {
        var narrow = string.Join('\n', Lines(80, console => ReportTable.Write(console, SampleReports.Full())));
        var wide = string.Join('\n', Lines(120, console => ReportTable.Write(console, SampleReports.Full())));

        Assert.DoesNotContain("MaxPool", narrow, StringComparison.Ordinal);
        Assert.Contains("Conv Relu MaxPool", wide, StringComparison.Ordinal);
        Assert.Contains("146/512", wide, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OfAFullReport_SaysTotalsVerdictsAndCautions()
    {
        var text = string.Join('\n', Lines(200, console => ReportTable.Write(console, SampleReports.Full())));

        Assert.Contains("accuracy 94.51 % · parity bit for bit · replay within 2.4e-7", text, StringComparison.Ordinal);
        Assert.Contains("canonical -9.732 nats, telescoped 51.92 nats", text, StringComparison.Ordinal);
        Assert.Matches(@"TRUSTED\s+canonical for irreplaceability: Spearman 0\.94", text);
        Assert.Matches(@"CONTRADICTED\s+canonical for sensitivity: Spearman -0\.49", text);
        Assert.Contains("low fidelity", text, StringComparison.Ordinal);
        Assert.Contains("dead, constant", text, StringComparison.Ordinal);
        Assert.Matches(@"5\s+classifier\.6\s.*n/a", text);
        Assert.Contains("caution  The last component ends in a softmax", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OfTheLeastReport_SaysWhyThereIsNothingToCompare()
    {
        var text = string.Join('\n', Lines(200, console => ReportTable.Write(console, SampleReports.Least())));

        Assert.DoesNotContain("accuracy", text, StringComparison.Ordinal);
        Assert.Contains("it has no interior cut", text, StringComparison.Ordinal);
        Assert.Contains("There is no audit (The audit was switched off)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_WithMarkupAndControlCharactersInNames_PrintsThemInert()
    {
        var text = string.Join(
            '\n', Lines(160, console => ReportTable.Write(console, SampleReports.Hostile("[red]x[/]\u001b[2J"))));

        Assert.Contains("[red]x[/]\uFFFD[2J", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public void Write_WithoutUnicode_UsesAsciiOnly()
    {
        var text = string.Join(
            '\n', Lines(120, console => ReportTable.Write(console, SampleReports.Full()), unicode: false));

        Assert.All(text, letter => Assert.InRange(letter, '\n', '~'));
        Assert.Contains("34 % ###", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OnAColourTerminal_ColoursTheVerdicts()
    {
        using var writer = new StringWriter();
        var console = Create(writer, 120, AnsiSupport.Yes, unicode: true);

        ReportTable.Write(console, SampleReports.Full());

        Assert.Matches("\u001b\\[[0-9;]*mTRUSTED", writer.ToString());
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void ComponentsTable_AtAnyWidth_ListsTheChain(int width)
    {
        var response = new DescribeModelResponse { Model = SampleReports.Full().Model };
        response.Notes.Add("The graph has no interior cut.");
        response.Components.AddRange(SampleComponents.All().Select(component => new ComponentDescription
        {
            Index = component.Index,
            Name = component.Name,
            Kind = component.Kind,
            Operators = { component.Operators },
            InputShape = { component.InputShape },
            OutputShape = { component.OutputShape },
            Parameters = component.Parameters,
        }));

        var lines = Lines(width, console => ComponentsTable.Write(console, response));

        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        Assert.Contains(lines, line => line.Contains("121,930 parameters", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("note  The graph has no interior cut.", StringComparison.Ordinal));
        var row = Assert.Single(lines, line => line.Contains("classifier.2", StringComparison.Ordinal));
        Assert.Matches(@"3\s+classifier\.2\s+dense\s+Gemm Relu\s+128 → 64\s+8,192", row);
    }

    private static string[] Lines(int width, Action<IAnsiConsole> write, bool unicode = true)
    {
        using var writer = new StringWriter();
        write(Create(writer, width, AnsiSupport.No, unicode));
        return writer.ToString().Split('\n').Select(line => line.TrimEnd()).ToArray();
    }

    private static IAnsiConsole Create(StringWriter writer, int width, AnsiSupport ansi, bool unicode)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi,
            ColorSystem = ansi == AnsiSupport.Yes ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = unicode;
        return console;
    }
}
