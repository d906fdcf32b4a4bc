namespace KoopmanMesh.Cli.Tests.Commands;

/// <summary><c>koopmesh --help</c> shows what there is at a glance.</summary>
public sealed class RootHelpTests
{
    [Fact]
    public void Help_OfTheRoot_HasOneShortLineForEveryCommand()
    {
        var lines = Help();

        var groups = KoopmeshCommand.Groups();
        Assert.All(
            groups.SelectMany(group => group.Commands),
            entry => Assert.Single(lines, $"  {entry.Command.Name,-16}{entry.Line}"));
        Assert.All(groups, group => Assert.Contains($"{group.Title}:", lines));
        Assert.All(lines, line => Assert.True(line.Length <= 112, line));
        Assert.True(lines.Length < 60, $"{lines.Length} lines");
    }

    [Fact]
    public void Help_OfACommand_IsItsOwn()
    {
        var lines = Help("trajectory");

        Assert.Contains(lines, line => line.Contains("--losses <FILE>", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("A trained network:", StringComparison.Ordinal));
    }

    private static string[] Help(params string[] command)
    {
        using var output = new StringWriter();
        var result = KoopmeshCommand.Create().Parse([.. command, "--help"]);
        Assert.Empty(result.Errors);
        Assert.Equal(ExitCodes.Success, result.Invoke(new() { Output = output }));
        return [.. output.ToString().Split('\n').Select(line => line.TrimEnd())];
    }
}
