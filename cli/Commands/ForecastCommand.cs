using System.CommandLine;
using System.Text.Json.Nodes;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh forecast RUN --steps T --output FILE</c>: where the weights will be.</summary>
internal static class ForecastCommand
{
    public static Command Create()
    {
        var command = new Command(
            "forecast",
            """
            Predicts the weights of a training run from its checkpoints, and tries them in the network if it is given.

            Try:  koopmesh forecast checkpoints/ --steps 50 --output weights.safetensors
                  koopmesh forecast weights.npy --steps 512 --partition layer --output weights.safetensors
                  koopmesh forecast checkpoints/ --steps 20 --snapshots 30 --output weights.safetensors \
                      --model model.onnx --data images.idx.gz --labels labels.idx.gz --scale 1/255
            """);
        var arguments = new ForecastArguments();
        arguments.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(arguments.Bind(result), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(ForecastSettings settings, CancellationToken cancellationToken)
    {
        using var run = new TrajectoryRun(settings.Run, keepLast: settings.Model is not null);
        using var output = OutputFile.Begin(
            settings.Output, [settings.Run, settings.Model, settings.Data, settings.Labels]);
        await using var mesh = await MeshConnection.OpenAsync(settings.Endpoint, cancellationToken);
        var progress = new TrainingProgress(settings.Json ? null : Terminal.Progress);
        await using var upload = await TrajectoryUpload.BeginAsync(
            mesh.Client.Trainings, run, TrajectoryUpload.StoreOnly(), progress, cancellationToken);
        var weights = new TrainingTensors();
        var report = await progress.WaitAsync("predicting", () => mesh.Client.Trainings.ForecastAsync(
            new ForecastRequest
            {
                TrainingId = upload.TrainingId,
                Options = settings.Options,
                Snapshots = settings.Steps,
            },
            weights.Add, cancellationToken));
        var trial = settings.Model is null
            ? null
            : await progress.WaitAsync("trying the weights", () => TryAsync(
                mesh.Client, settings, run, weights, cancellationToken));
        weights.Describe("step", report.ToStep);
        weights.Describe("from_step", report.FromStep);
        await OutputFile.CompleteAsync(output, settings.Output, weights.WriteAsync);
        await TellAsync(settings, report, trial, run.Notes);
        return ExitCodes.Success;
    }

    private static async Task<ForecastTrial> TryAsync(
        MeshClient client, ForecastSettings settings, TrajectoryRun run, TrainingTensors weights,
        CancellationToken cancellationToken)
    {
        var header = new ProbeHeader
        {
            Model = await client.UploadAsync(settings.Model!, cancellationToken),
            Data = await client.UploadAsync(settings.Data!, cancellationToken),
            Labels = settings.Labels is { } labels ? await client.UploadAsync(labels, cancellationToken) : null,
            DataOptions = settings.DataOptions,
        };
        var found = await client.Probes.EvaluateAsync(
            header, [run.LastWeights(), weights.Frames()], cancellationToken);
        return new ForecastTrial(found[0], found[1]);
    }

    private static async Task TellAsync(
        ForecastSettings settings, ForecastReport report, ForecastTrial? trial, IReadOnlyList<string> notes)
    {
        if (!settings.Json)
        {
            ForecastTable.Write(Terminal.Output, settings, report, trial, notes);
            return;
        }

        var summary = new JsonObject
        {
            ["output"] = Path.GetFullPath(settings.Output),
            ["report"] = JsonNode.Parse(ReportJson.ToCompactJson(report)),
        };
        if (trial is not null)
        {
            summary["last"] = JsonNode.Parse(ReportJson.ToCompactJson(trial.Last));
            summary["predicted"] = JsonNode.Parse(ReportJson.ToCompactJson(trial.Predicted));
            summary["better"] = trial.IsBetter;
        }

        await Console.Out.WriteLineAsync(summary.ToString());
    }
}
