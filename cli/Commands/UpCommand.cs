using System.CommandLine;
using System.Runtime.InteropServices;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Up;
using Spectre.Console;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh up</c>: a mesh of processes until Ctrl-C.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var arguments = new UpArguments();
        var command = new Command(
            "up",
            """
            The mesh on this machine as it is in a cluster, until Ctrl-C: any number of capture, koopman and credit
            processes, each with a Dapr sidecar, events over Redis, the ledger in PostgreSQL. Whatever ends is started
            again, and what it was at is taken over. One endpoint reaches all services.

            Redis and PostgreSQL are started from PATH unless they are given, and so is daprd unless --sidecar names
            another. Ctrl-C stops everything in good order; a second one at once. 'koopmesh serve' has the same services
            in one process and needs none of this.

            Try:  koopmesh up
                  koopmesh up --replicas capture=2,koopman=2,credit=1 --data-dir mesh --port 0
                  koopmesh up --redis 127.0.0.1:6379 --postgres @connection.txt
            then  koopmesh analyze model.onnx --data rows.npy --endpoint http://127.0.0.1:7070
                  tail -f mesh/logs/capture-0.log
            """);
        arguments.AddTo(command);
        command.SetAction((result, ct) => RunAsync(arguments.Bind(result), ct));
        return command;
    }

    private static async Task<int> RunAsync(UpOptions options, CancellationToken ct)
    {
        // One console for all of it: the table makes room for the lines.
        var console = Terminal.Progress;
        await using var mesh = await MeshSupervisor.StartAsync(options, console, ct);
        var interrupts = 0;
        using var impatience = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ =>
        {
            if (Interlocked.Increment(ref interrupts) > 1)
            {
                mesh.KillAll();
            }
        });
        Terminal.Output.MarkupLineInterpolated(
            $"Serving {options.Replicas} at [link]{mesh.Endpoint.GetLeftPart(UriPartial.Authority)}[/] until Ctrl-C.");
        await UpView.ShowAsync(console, mesh, ct);
        console.WriteLine("Stopping; Ctrl-C again ends everything at once.");
        return ExitCodes.Success;
    }
}
