using System.CommandLine;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh trace ID</c>: where a run's time went, as a waterfall.</summary>
internal static class TraceCommand
{
    private const int DefaultLimit = 200;

    public static Command Create()
    {
        var arguments = new InspectArguments();
        var id = RunIdArgument.Create();
        var limit = new Option<int>("--limit")
        {
            Description = $"Spans to show, the longest ones and those that failed; 0 for all (default {DefaultLimit}).",
            HelpName = "N",
            DefaultValueFactory = _ => DefaultLimit,
        };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
            {
                result.AddError($"--limit got {result.Tokens[0].Value}, expected 0 or more");
            }
        });
        var command = new Command(
            "trace",
            """
            Where a run's time went: every step as a bar in time, with the process that did it; errors, retries and
            work that was taken over are marked. The services keep it themselves, no collector is needed.

            Try:  koopmesh trace last --endpoint http://127.0.0.1:7070
            """) { id, limit };
        arguments.AddTo(command, watch: false);
        command.SetAction(async (result, cancellationToken) =>
        {
            await using var mesh = await arguments.OpenAsync(result, cancellationToken);
            var runId = await RunIdArgument.ResolveAsync(mesh.Client, result.GetValue(id)!, cancellationToken);
            var spans = await mesh.Client.TraceAsync(runId, cancellationToken);
            if (result.GetValue(arguments.Json))
            {
                await Console.Out.WriteAsync(ReportJson.ToJson(new GetTraceResponse { Spans = { spans } }));
            }
            else
            {
                TraceWaterfall.Write(Terminal.Output, spans, result.GetValue(limit));
            }

            return ExitCodes.Success;
        });
        return command;
    }
}
