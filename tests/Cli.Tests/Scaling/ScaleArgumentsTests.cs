using System.CommandLine;
using KoopmanMesh.Cli.Commands;
using KoopmanMesh.Cli.Scaling;

namespace KoopmanMesh.Cli.Tests.Scaling;

/// <summary>What <c>koopmesh scale</c> takes, and how it complains.</summary>
public sealed class ScaleArgumentsTests
{
    [Fact]
    public void Replicas_InAnyOrder_AreTaken()
    {
        var settings = Bind("--replicas", "4,1,2", "--rows", "10000,60000", "--role", "koopman", "--weak");

        Assert.Equal([4, 1, 2], settings.Replicas);
        Assert.Equal([10_000, 60_000], settings.Rows);
        Assert.Equal((ScaleRole.Koopman, true), (settings.Role, settings.Weak));
    }

    [Fact]
    public void Nothing_Said_MeansADemoOnOneAndTwo()
    {
        var settings = Bind();

        Assert.Equal([1, 2], settings.Replicas);
        Assert.Null(settings.Model);
        Assert.Equal(DemoNetwork.DefaultWidths, settings.DemoWidths);
        Assert.Equal(("koopmesh-report", 3), (settings.Folder, settings.Repeats));
    }

    [Fact]
    public void Endpoints_ForEachCount_AreTakenInTheirOrder()
    {
        var settings = Bind(
            "--replicas", "8,2", "--endpoint", "http://eight.example:7070", "--endpoint", "http://two.example:7070");

        Assert.Equal(
            ["eight.example", "two.example"], settings.Endpoints.Select(endpoint => endpoint.Address.Host));
    }

    [Theory]
    [InlineData("--replicas got '0'; expected whole numbers from 1 to 1000000 joined by commas", "--replicas", "1,0")]
    [InlineData("--replicas got more than 32, which only --predict takes", "--replicas", "1,33")]
    [InlineData("--model was given with --predict", "--model", "m", "--data", "d", "--predict")]
    [InlineData("--shards-in-flight was given without --predict", "--shards-in-flight", "9")]
    [InlineData("--cores was given without --predict", "--cores", "2")]
    [InlineData("--replicas got 'two'; expected whole numbers from 1 to 1000000 joined by commas", "--replicas", "two")]
    [InlineData("--replicas got '2,2'; expected each number once", "--replicas", "2,2")]
    [InlineData("--rows got '-5'; expected whole numbers from 1 to 1000000000000000 joined by commas", "--rows", "-5")]
    [InlineData("--demo got '64'; expected at least two widths from 1 to 8192 joined by commas", "--demo", "64")]
    [InlineData("--demo got '64,9000'; expected at least two widths from 1 to 8192", "--demo", "64,9000")]
    [InlineData("of --model and --data one was given; they go together", "--model", "m.onnx")]
    [InlineData("--demo was given with --model", "--model", "m.onnx", "--data", "d.npy", "--demo", "4,4")]
    [InlineData("--endpoint names 1 meshes and --replicas 2 numbers", "--replicas", "1,2", "--endpoint", "http://a:1")]
    [InlineData("--endpoint names 1 meshes and --replicas 0 numbers", "--endpoint", "http://a:1")]
    [InlineData("--sidecar was given with --endpoint", "--replicas", "1", "--endpoint", "http://a:1", "--sidecar", "d")]
    [InlineData("--endpoint got 'nowhere'; expected a URL", "--replicas", "1", "--endpoint", "nowhere")]
    [InlineData("--repeats got '0'; expected a whole number from 1 to 100", "--repeats", "0")]
    [InlineData("--shard-rows got '0'", "--shard-rows", "0")]
    public void Nonsense_OfEachKind_IsToldInOneSentence(string complaint, params string[] arguments) =>
        Assert.Contains(
            Parse(arguments).Errors, error => error.Message.Contains(complaint, StringComparison.Ordinal));

    [Fact]
    public void Certificates_WithoutAnEndpoint_AreRefused()
    {
        var refused = Assert.Throws<CliException>(() => Bind("--ca", "authority.pem"));

        Assert.Equal("--ca was given without --endpoint, which it is for", refused.Message);
    }

    private static ScaleSettings Bind(params string[] arguments)
    {
        var (command, bound) = Command();
        var result = command.Parse(arguments);
        Assert.Empty(result.Errors);
        return bound.Bind(result);
    }

    private static ParseResult Parse(string[] arguments) => Command().Command.Parse(arguments);

    private static (Command Command, ScaleArguments Arguments) Command()
    {
        var (command, arguments) = (new Command("scale"), new ScaleArguments());
        arguments.AddTo(command);
        return (command, arguments);
    }
}
