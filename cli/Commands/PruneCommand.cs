using System.CommandLine;
using System.Text.Json.Nodes;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh prune RUN --fraction P --output FILE</c>: which weights the network can do without.</summary>
internal static class PruneCommand
{
    public static Command Create()
    {
        var command = new Command(
            "prune",
            """
            Scores every weight of a training run by its Koopman modes, by the size it will have and by how much it
            still moves, and writes masks that prune the lowest; and which of them training could freeze.

            Try:  koopmesh prune checkpoints/ --fraction 0.8 --output mask.safetensors
                  koopmesh prune checkpoints/ --fraction 0.9 --alpha 0 --per-tensor --output mask.safetensors
            """);
        var arguments = new PruneArguments();
        arguments.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(arguments.Bind(result), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(PruneSettings settings, CancellationToken cancellationToken)
    {
        using var run = new TrajectoryRun(settings.Run);
        using var output = OutputFile.Begin(settings.Output, [settings.Run]);
        await using var mesh = await MeshConnection.OpenAsync(settings.Endpoint, cancellationToken);
        var progress = new TrainingProgress(settings.Json ? null : Terminal.Progress);
        await using var upload = await TrajectoryUpload.BeginAsync(
            mesh.Client.Trainings, run, TrajectoryUpload.StoreOnly(), progress, cancellationToken);
        var request = settings.Request.Clone();
        request.TrainingId = upload.TrainingId;
        var masks = new TrainingTensors();
        var report = await progress.WaitAsync(
            "scoring", () => mesh.Client.Trainings.PruneAsync(request, masks.Add, cancellationToken));
        await OutputFile.CompleteAsync(output, settings.Output, masks.WriteAsync);
        if (settings.Json)
        {
            await Console.Out.WriteLineAsync(new JsonObject
            {
                ["output"] = Path.GetFullPath(settings.Output),
                ["report"] = JsonNode.Parse(ReportJson.ToCompactJson(report)),
            }.ToString());
        }
        else
        {
            PruneTable.Write(Terminal.Output, settings, upload.Report.Tensors, report, run.Notes);
        }

        return ExitCodes.Success;
    }
}
