using KoopmanMesh.Cli.Commands;
using KoopmanMesh.Numerics.Catalogue;
using Spectre.Console;

namespace KoopmanMesh.Cli.Tests.Output;

public sealed class MethodsCommandTests
{
    [Fact]
    public void Write_NoName_ListsEveryMethodAndBothGrammars()
    {
        var text = Text(null);

        Assert.All(EstimatorCatalogue.Methods, m => Assert.Contains($"{m.Name} ", text, StringComparison.Ordinal));
        Assert.Contains("energy:0.99", text, StringComparison.Ordinal);
        Assert.Contains("poly:degree", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Alias_WritesOptionsAsTheCommandLineTakesThem()
    {
        var text = Text("ridge-dmd");

        Assert.StartsWith("ridge (also ridge-dmd): ", text, StringComparison.Ordinal);
        Assert.Matches("--set penalty= +1E-10 ", text);
        Assert.Matches("--bootstrap +0 ", text);
    }

    [Fact]
    public void Write_UnknownName_NamesThoseThereAre() => Assert.StartsWith(
        "there is no method frob; there are dmd, ", Assert.Throws<CliException>(() => Text("frob")).Message,
        StringComparison.Ordinal);

    private static string Text(string? name)
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = 120;
        MethodsCommand.Write(console, name);
        return writer.ToString();
    }
}
