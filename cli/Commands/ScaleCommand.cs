using System.CommandLine;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Cli.Scaling;
using KoopmanMesh.Cli.Scaling.Model;
using KoopmanMesh.Run.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh scale --replicas 1,2,4</c>: what replicas do for a job's time.</summary>
internal static class ScaleCommand
{
    private const string Json = "scale.json";
    private const string Page = "scale.html";

    public static Command Create()
    {
        var command = new Command(
            "scale",
            """
            Measures what replicas do for a job: starts a mesh of each size (koopmesh up), runs the job on all of them
            in turn, and tells speed-up, efficiency, the serial fraction of Karp and Flatt, who did the work, what it
            moved, and how long the pieces of each stage took and waited. docs/scaling.md explains the numbers, and
            has a model of larger meshes.

            Try:  koopmesh scale --replicas 1,2 --rows 10000,100000
                  koopmesh scale --weak --replicas 1,2,4 --role koopman --demo 256,256,256,10
                  koopmesh scale --predict --replicas 1,10,100,1000 --rows 1000000000 --shards-in-flight 2000
                  koopmesh scale --model model.onnx --data rows.npy --rows 1000000 --replicas 2,8
                      --endpoint http://two.example:7070 --endpoint http://eight.example:7070
            """);
        var arguments = new ScaleArguments();
        arguments.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(arguments.Bind(result), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(ScaleSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Predict)
        {
            return Predict(settings);
        }

        var console = Terminal.Progress;
        Action<string> tell = settings.Json ? _ => { } : console.WriteLine;
        var demo = settings.Model is null ? Directory.CreateTempSubdirectory("koopmesh-scale-demo-") : null;
        try
        {
            var plan = PlanOf(settings, demo?.FullName, cancellationToken);
            await using var meshes = await ScaledMeshes.OpenAsync(settings, tell, cancellationToken);
            var points = await new ScaleRunner(new TrialRunner(TimeProvider.System), plan, tell).RunAsync(
                meshes.All, cancellationToken);
            var chain = await meshes.All[0].Client.DescribeAsync(
                meshes.All[0].Uploaded.Model, plan.Job.Options.Granularity, cancellationToken);
            await WriteAsync(settings, StudyOf(settings, plan, points, chain), cancellationToken);
            return ExitCodes.Success;
        }
        finally
        {
            demo?.Delete(recursive: true);
        }
    }

    private static int Predict(ScaleSettings settings)
    {
        var constants = MeshConstants.Measured();
        var plan = new PredictionPlan
        {
            Replicas = settings.Replicas,
            Rows = settings.Rows,
            Widths = settings.DemoWidths,
            Role = settings.Role,
            Weak = settings.Weak,
            ShardRows = settings.ShardRows,
            ShardsInFlight = settings.ShardsInFlight,
            Cores = settings.Cores,
            VolumeGigabytes = settings.VolumeGigabytes,
            Replicates = settings.Options.Bootstraps,
        };
        var curves = Prediction.Of(plan, constants);
        if (settings.Json)
        {
            Console.Out.Write(Prediction.ToJson(curves, constants));
            return ExitCodes.Success;
        }

        foreach (var curve in curves)
        {
            PredictionTable.Write(Terminal.Output, curve, constants.Source);
        }

        return ExitCodes.Success;
    }

    private static ScalePlan PlanOf(ScaleSettings settings, string? demo, CancellationToken cancellationToken)
    {
        var plan = new ScalePlan
        {
            Job = new ScaleJob(
                settings.Model ?? "", settings.Data ?? "", settings.DataOptions, settings.Options, settings.ShardRows),
            Replicas = [.. settings.Replicas.Order()],
            Rows = [.. settings.Rows.Order()],
            Role = settings.Role,
            Weak = settings.Weak,
            Repeats = settings.Repeats,
        };
        if (demo is null)
        {
            return plan;
        }

        var (model, data) = DemoNetwork.Write(demo, settings.DemoWidths, plan.MostRows, cancellationToken);
        return plan with { Job = plan.Job with { Model = model, Data = data } };
    }

    private static ScaleStudy StudyOf(
        ScaleSettings settings, ScalePlan plan, IReadOnlyList<ScalePoint> points, DescribeModelResponse chain) => new()
        {
            CreatedAt = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", null),
            ToolVersion = typeof(ScaleCommand).Assembly.GetName().Version!.ToString(3),
            Model = Path.GetFileName(plan.Job.Model),
            Widths =
            [
                WidthOf(chain.Components[0].InputShape), .. chain.Components.Select(c => WidthOf(c.OutputShape)),
            ],
            Data = Path.GetFileName(plan.Job.Data),
            Weak = plan.Weak,
            Role = plan.Role.Name(),
            Repeats = plan.Repeats,
            Cores = System.Environment.ProcessorCount,
            Points = points,
            Notes = ScaleNotes.Of(plan, points, System.Environment.ProcessorCount, settings.Endpoints.Count == 0),
        };

    private static long WidthOf(IEnumerable<long> shape) => shape.Aggregate(1L, (product, side) => product * side);

    private static async Task WriteAsync(ScaleSettings settings, ScaleStudy study, CancellationToken cancellationToken)
    {
        if (settings.Json)
        {
            await Console.Out.WriteAsync(study.ToJson());
        }
        else
        {
            ScaleTable.Write(Terminal.Output, study);
        }

        if (settings.Folder is { } folder)
        {
            var page = await ReportFiles.WriteAsync(
                (folder, "--out"), Guid.NewGuid().ToString("N"), (Json, study.ToJson()),
                (Page, ScalePage.Render(study)), cancellationToken);
            if (!settings.Json)
            {
                Terminal.Output.MarkupLineInterpolated($"Report: [link]{page}[/]");
            }
        }
    }
}
