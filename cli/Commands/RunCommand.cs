using System.CommandLine;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh run ID</c>: how far one run is, who does its work, what went wrong on the way.</summary>
internal static class RunCommand
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var arguments = new InspectArguments();
        var id = RunIdArgument.Create();
        var command = new Command(
            "run",
            """
            One run: how far it is, its work by kind, each replica's share, retries and errors.

            Try:  koopmesh run last --endpoint http://127.0.0.1:7070 --watch
            """) { id };
        arguments.AddTo(command, watch: true);
        command.SetAction(async (result, cancellationToken) =>
        {
            await using var mesh = await arguments.OpenAsync(result, cancellationToken);
            var runId = await RunIdArgument.ResolveAsync(mesh.Client, result.GetValue(id)!, cancellationToken);
            await ShowAsync(
                mesh.Client, runId, result.GetValue(arguments.Json), result.GetValue(arguments.Watch),
                cancellationToken);
            return ExitCodes.Success;
        });
        return command;
    }

    private static Task ShowAsync(
        MeshClient client, string runId, bool json, bool watch, CancellationToken cancellationToken)
    {
        var console = Terminal.Output;
        return LiveView.ShowAsync(
            console,
            async () =>
            {
                var view = new RunView(
                    await client.StatusAsync(runId, cancellationToken),
                    await client.WorkAsync(runId, cancellationToken));
                return json
                    ? new LiveFrame(null, view.ToJson(), Last: !watch || view.HasEnded)
                    : new LiveFrame(view.ToTable(console), null, Last: !watch || view.HasEnded);
            },
            _interval,
            cancellationToken);
    }
}
