using KoopmanMesh.Cli.Scaling;
using KoopmanMesh.Cli.Scaling.Model;
using Spectre.Console;

namespace KoopmanMesh.Cli.Tests.Scaling;

/// <summary>A study, and a prediction, on a terminal.</summary>
public sealed class ScaleTableTests
{
    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void Write_AtAnyWidth_FitsAndShowsEveryPoint(int width)
    {
        var lines = Lines(width, console => ScaleTable.Write(console, SampleStudies.Full()));

        Assert.All(lines, line => Assert.True(line.Length <= width, $"{line.Length} > {width}: {line}"));
        Assert.StartsWith("Strong scaling of model.onnx on rows.npy", lines[0], StringComparison.Ordinal);
        Assert.Single(lines, line => Says(line, "4  10,000     0.65  15,385      3.08        77 %   0.10"));
        Assert.Contains(lines, line => Says(line, "capture-3"));
        Assert.Contains(lines, line => Says(line, "this machine has 2 cores for up to 8 replicas"));
    }

    [Fact]
    public void Write_OnAWideTerminal_AlsoTellsQuartilesBytesAndBalance() => Assert.Contains(
        Lines(120, console => ScaleTable.Write(console, SampleStudies.Full())),
        line => Says(line, "8.08 MB") && Says(line, "0.64–0.67"));

    [Fact]
    public void Write_OfAPrediction_NamesWhatTakesTheTimeAndWhenItNeverEnds()
    {
        var plan = new PredictionPlan
        {
            Replicas = [1, 1_000_000],
            Rows = [100_000_000_000],
            Widths = [64, 64, 10],
            Role = ScaleRole.Both,
            Weak = false,
            ShardRows = 0,
            ShardsInFlight = 0,
            Cores = 0,
            Replicates = 0,
        };
        var curve = Prediction.Of(plan, MeshConstants.Measured()).Single();

        var lines = Lines(120, console => PredictionTable.Write(console, curve, "here"));

        Assert.Contains(lines, line => Says(line, "never") && Says(line, "ledger"));
        Assert.EndsWith("the constants of here", lines.Last(line => line.Length > 0), StringComparison.Ordinal);
    }

    private static bool Says(string line, string text) => line.Contains(text, StringComparison.Ordinal);

    private static string[] Lines(int width, Action<IAnsiConsole> write)
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
        write(console);
        return [.. writer.ToString().Split('\n').Select(line => line.TrimEnd())];
    }
}
