using System.CommandLine;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Training.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh trajectory RUN</c>: is a training run healthy, finished, stalled?</summary>
internal static class TrajectoryCommand
{
    public static Command Create()
    {
        var command = new Command(
            "trajectory",
            """
            Tells from the checkpoints of a training run whether it is healthy, finished, stalled, unstable or badly
            initialised: Koopman modes of the weights over sliding windows. Files are streamed and may be larger than
            memory.

            Try:  koopmesh trajectory checkpoints/
                  koopmesh trajectory checkpoints/ --losses log.csv --output report
                  koopmesh trajectory weights.npy --window 30 --hop 10
                  koopmesh trajectory run.npz --observable layers --json
                  koopmesh trajectory checkpoints/ --planned 200 --null good-1/ good-2/ good-3/
            """);
        var arguments = new TrajectoryArguments();
        arguments.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(arguments.Bind(result), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(TrajectorySettings settings, CancellationToken cancellationToken)
    {
        using var run = new TrajectoryRun(settings.Run, settings.Losses);
        await using var mesh = await MeshConnection.OpenAsync(settings.Endpoint, cancellationToken);
        var progress = new TrainingProgress(settings.Json ? null : Terminal.Progress);
        var header = settings.Header.Clone();
        await using var known = new TrajectoryUploads(mesh.Client.Trainings, progress);
        foreach (var path in settings.NullRuns)
        {
            header.Alarm.NullTrainingIds.Add(await known.AddAsync(path, Null(header), cancellationToken));
        }

        await using var upload = await TrajectoryUpload.BeginAsync(
            mesh.Client.Trainings, run, header, progress, cancellationToken);
        await TellAsync(settings, run.Notes, upload.Report, cancellationToken);
        return ExitCodes.Success;
    }

    // A null run is scored as the run itself is, so it is stored with the same windows.
    private static TrainingHeader Null(TrainingHeader header) => new()
    {
        Observable = header.Observable,
        Window = header.Window,
        PlannedSnapshots = header.PlannedSnapshots,
        Backtest = -1,
    };

    private static async Task TellAsync(
        TrajectorySettings settings, IReadOnlyList<string> notes, TrainingReport report,
        CancellationToken cancellationToken)
    {
        if (settings.Json)
        {
            await Console.Out.WriteAsync(ReportJson.ToJson(report));
        }
        else
        {
            TrainingTable.Write(Terminal.Output, settings.Run, report, notes);
        }

        if (settings.Output is { } folder)
        {
            var page = await ReportFiles.WriteAsync(
                (folder, "--output"), report.TrainingId, ("report.json", ReportJson.ToJson(report)),
                ("report.html", TrainingPage.Render(Path.GetFileName(Path.TrimEndingDirectorySeparator(
                    Path.GetFullPath(settings.Run))), report, notes)), cancellationToken);
            if (!settings.Json)
            {
                Terminal.Output.MarkupLineInterpolated($"Report: [link]{page}[/]");
            }
        }
    }
}
