using System.CommandLine;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Run.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh analyze MODEL --data FILE</c>: credit for every component, with its audit.</summary>
internal static class AnalyzeCommand
{
    public static Command Create()
    {
        var command = new Command(
            "analyze", "Credit for every component of a network, with intervals, audit and a report to look at.");
        var arguments = new AnalyzeArguments();
        arguments.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(arguments.Bind(result), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(AnalyzeSettings settings, CancellationToken cancellationToken)
    {
        await using var mesh = await MeshConnection.OpenAsync(settings.Endpoint, cancellationToken);
        var spec = await UploadAsync(mesh.Client, settings, cancellationToken);
        if (settings.EstimateOnly)
        {
            EstimateText.Write(Terminal.Output, await mesh.Client.EstimateAsync(spec, cancellationToken));
            return ExitCodes.Success;
        }

        var progress = new RunProgress(settings.Json ? null : Terminal.Progress);
        var runId = await WatchedRun.ToEndAsync(mesh.Client, spec, progress.ShowAsync, cancellationToken);
        var report = await mesh.Client.ReportAsync(runId, cancellationToken);
        if (settings.Json)
        {
            await Console.Out.WriteAsync(ReportJson.ToJson(report));
        }
        else
        {
            ReportTable.Write(Terminal.Output, report);
        }

        if (settings.Folder is { } folder)
        {
            var page = await ReportFiles.WriteAsync(folder, report, cancellationToken);
            if (!settings.Json)
            {
                Terminal.Output.MarkupLineInterpolated($"Report: [link]{page}[/]");
            }
        }

        return ExitCodes.Success;
    }

    private static async Task<RunSpec> UploadAsync(
        MeshClient client, AnalyzeSettings settings, CancellationToken cancellationToken) => new()
        {
            Model = await client.UploadAsync(settings.Model, cancellationToken),
            Data = await client.UploadAsync(settings.Data, cancellationToken),
            Labels = settings.Labels is { } labels ? await client.UploadAsync(labels, cancellationToken) : null,
            DataOptions = settings.DataOptions,
            Options = settings.Options,
        };
}
