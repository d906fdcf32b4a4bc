using Spectre.Console;

namespace KoopmanMesh.Cli.Tests.Output;

/// <summary>What a command would print on a plain terminal of some width.</summary>
internal static class Page
{
    public static string[] Lines(int width, Action<IAnsiConsole> write)
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(writer),
        });
        (console.Profile.Width, console.Profile.Capabilities.Unicode) = (width, true);
        write(console);
        return writer.ToString().TrimEnd().Split('\n');
    }
}
