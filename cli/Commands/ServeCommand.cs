using System.CommandLine;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Spectre.Console;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh serve</c>: the three services in one process until Ctrl-C.</summary>
internal static class ServeCommand
{
    private const int DefaultPort = 7070;

    public static Command Create()
    {
        var port = new Option<int>("--port")
        {
            Description = $"The gRPC port on 127.0.0.1 (default {DefaultPort}; 0 picks a free one).",
            HelpName = "N",
            DefaultValueFactory = _ => DefaultPort,
        };
        var data = new Option<string?>("--data-dir")
        {
            Description = "Where artifacts and the ledger are kept (default: the user's data folder).",
            HelpName = "DIR",
        };
        var command = new Command(
            "serve", "The three services in one process, on one loopback gRPC port, until Ctrl-C.") { port, data };
        command.SetAction(async (result, cancellationToken) =>
        {
            await using var host = await MeshHost.StartAsync(
                new MeshHostOptions
                {
                    Port = result.GetValue(port),
                    DataDirectory = result.GetValue(data),
                    LogLevel = Microsoft.Extensions.Logging.LogLevel.Information,
                },
                cancellationToken);
            Terminal.Output.MarkupLineInterpolated(
                $"Serving capture, koopman and credit at [link]{host.Address}[/] until Ctrl-C.");
            await host.RunUntilAsync(cancellationToken);
            return ExitCodes.Success;
        });
        return command;
    }
}
