using System.CommandLine;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Run.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh runs</c>: which runs there are and how far they are.</summary>
internal static class RunsCommand
{
    private const int DefaultLimit = 20;
    private const int MostRuns = 1000;
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var arguments = new InspectArguments();
        var states = new Option<string[]>("--state")
        {
            Description = "Only runs in this state; again for another.",
            HelpName = "STATE",
        };
        states.AcceptOnlyFromAmong([.. RunStates.Names]);
        var limit = new Option<int>("--limit")
        {
            Description = $"Runs to show, the newest, 1 to {MostRuns} (default {DefaultLimit}).",
            HelpName = "N",
            DefaultValueFactory = _ => DefaultLimit,
        };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MostRuns)
            {
                result.AddError($"--limit got {result.Tokens[0].Value}, expected 1 to {MostRuns}");
            }
        });
        var command = new Command(
            "runs",
            """
            The runs of a mesh, newest first: state, progress, model, data, when and how long.

            Try:  koopmesh runs --endpoint http://127.0.0.1:7070 --watch
                  koopmesh runs --state running
            """) { states, limit };
        arguments.AddTo(command, watch: true);
        command.SetAction(async (result, cancellationToken) =>
        {
            await using var mesh = await arguments.OpenAsync(result, cancellationToken);
            var request = new ListRunsRequest
            {
                PageSize = result.GetValue(limit),
                States = { (result.GetValue(states) ?? []).Select(RunStates.Parse) },
            };
            await ShowAsync(mesh.Client, request, result.GetValue(arguments.Json), result.GetValue(arguments.Watch),
                cancellationToken);
            return ExitCodes.Success;
        });
        return command;
    }

    private static Task ShowAsync(
        MeshClient client, ListRunsRequest request, bool json, bool watch, CancellationToken cancellationToken)
    {
        var console = Terminal.Output;
        return LiveView.ShowAsync(
            console,
            async () =>
            {
                var runs = await client.RunsAsync(request, cancellationToken);
                return json
                    ? new LiveFrame(null, ReportJson.ToJson(runs), Last: !watch)
                    : new LiveFrame(RunsTable.Of(console, runs, TimeProvider.System.GetUtcNow()), null, Last: !watch);
            },
            _interval,
            cancellationToken);
    }
}
