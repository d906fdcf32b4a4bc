using System.CommandLine;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Reporting;
using Spectre.Console;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh components MODEL</c>: the component chain.</summary>
internal static class ComponentsCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "The trained network, an ONNX file." };
        var cuts = new Option<string>("--cuts")
        {
            Description = "Where to cut: default (blocks), fine (every cut) or coarse (merged blocks).",
            HelpName = "default|fine|coarse",
            DefaultValueFactory = _ => "default",
        }.AcceptOnlyFromAmong("default", "fine", "coarse");
        var endpoint = new EndpointArguments();
        var command = new Command(
            "components", "The component chain of a network: name, operators, shapes, parameters.")
        {
            model, cuts,
        };
        endpoint.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            await using var mesh = await MeshConnection.OpenAsync(endpoint.Bind(result), cancellationToken);
            var artifact = await mesh.Client.UploadAsync(result.GetRequiredValue(model), cancellationToken);
            var granularity = AnalyzeArguments.ToGranularity(result.GetValue(cuts));
            ComponentsTable.Write(
                Terminal.Output, await mesh.Client.DescribeAsync(artifact, granularity, cancellationToken));
            return ExitCodes.Success;
        });
        return command;
    }
}
