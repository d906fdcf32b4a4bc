using KoopmanMesh.Cli;

namespace KoopmanMesh.FunctionalTests.Hosting;

/// <summary>What a command line left behind.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error);

/// <summary>Runs <c>koopmesh</c> in this process, as its Main does, and collects what it prints.</summary>
internal static class CommandLine
{
    public static async Task<CommandResult> RunAsync(params string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        await using var printed = new StringWriter();
        await using var complained = new StringWriter();
        try
        {
            Console.SetOut(printed);
            Console.SetError(complained);
            var exitCode = await CommandRunner.RunAsync(KoopmeshCommand.Create(), arguments);
            return new CommandResult(exitCode, printed.ToString(), complained.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
