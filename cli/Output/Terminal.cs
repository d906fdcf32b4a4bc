using Spectre.Console;

namespace KoopmanMesh.Cli.Output;

/// <summary>
/// The two consoles: results on standard output, progress on standard error, as they are when asked for. Where a stream
/// is no terminal it gets plain text.
/// </summary>
internal static class Terminal
{
    /// <summary>Columns of plain text that is not for a terminal, where nobody says otherwise.</summary>
    private const int PlainWidth = 120;

    public static IAnsiConsole Output => Create(Console.Out, Console.IsOutputRedirected);

    public static IAnsiConsole Progress => Create(Console.Error, Console.IsErrorRedirected);

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
        });
        if (redirected)
        {
            console.Profile.Width = PlainWidth;
        }

        return console;
    }
}
