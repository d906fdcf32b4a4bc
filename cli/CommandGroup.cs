using System.CommandLine;

namespace KoopmanMesh.Cli;

/// <summary>Commands that serve one purpose, in the order in which one comes to need them.</summary>
/// <param name="Title">The purpose.</param>
/// <param name="Commands">Each with the line that <c>koopmesh --help</c> has for it.</param>
internal sealed record CommandGroup(string Title, IReadOnlyList<(Command Command, string Line)> Commands);
