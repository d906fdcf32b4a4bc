using System.CommandLine;
using System.CommandLine.Invocation;

namespace KoopmanMesh.Cli;

/// <summary>
/// <c>koopmesh --help</c>: a line a command. What a command's own help says at length would hide the others.
/// </summary>
/// <param name="usual">The help of commands.</param>
/// <param name="groups">The commands of the root.</param>
internal sealed class RootHelp(SynchronousCommandLineAction usual, IReadOnlyList<CommandGroup> groups)
    : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is not RootCommand root)
        {
            return usual.Invoke(parseResult);
        }

        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(root.Description);
        foreach (var group in groups)
        {
            output.WriteLine();
            output.WriteLine($"{group.Title}:");
            foreach (var (command, line) in group.Commands)
            {
                output.WriteLine($"  {command.Name,-16}{line}");
            }
        }

        output.WriteLine();
        output.WriteLine("koopmesh COMMAND --help explains a command, its options and how to use it; koopmesh --version.");
        return ExitCodes.Success;
    }
}
