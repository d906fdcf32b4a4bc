using System.CommandLine;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh compare RUN_A RUN_B</c>: do two trainings have the same dynamics?</summary>
internal static class CompareCommand
{
    private const string LastLayer = "last";

    // Of protos/koopmanmesh/training/v1/training.proto.
    private const int MostRuns = 100;

    private const int MostNamed = 20;

    public static Command Create()
    {
        var command = new Command(
            "compare",
            """
            How far apart the Koopman spectra of two trainings are, and whether that is more than chance: the mean
            distance of matched eigenvalues, held against random exchanges.

            Try:  koopmesh compare sgd/ adam/
                  koopmesh compare width-8.npy width-16.npy --layer last --modes 6
                  koopmesh compare runs/a/ runs/b/ --permutations 9999 --json
            """);
        var arguments = new CompareArguments();
        arguments.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(arguments.Bind(result), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(CompareSettings settings, CancellationToken cancellationToken)
    {
        var (first, second) = (Runs(settings.First), Runs(settings.Second));
        var request = settings.Request.Clone();
        request.Layer = Layer(request.Layer, first[0]);
        await using var mesh = await MeshConnection.OpenAsync(settings.Endpoint, cancellationToken);
        var progress = new TrainingProgress(settings.Json ? null : Terminal.Progress);
        await using var uploads = new TrajectoryUploads(mesh.Client.Trainings, progress);
        foreach (var path in first)
        {
            request.First.Add(await uploads.AddAsync(path, TrajectoryUpload.StoreOnly(), cancellationToken));
        }

        foreach (var path in second)
        {
            request.Second.Add(await uploads.AddAsync(path, TrajectoryUpload.StoreOnly(), cancellationToken));
        }

        var found = await progress.WaitAsync(
            "comparing", () => mesh.Client.Trainings.CompareAsync(request, cancellationToken));
        if (settings.Json)
        {
            await Console.Out.WriteAsync(ReportJson.ToJson(found));
        }
        else
        {
            CompareTable.Write(Terminal.Output, settings, request, found);
        }

        return ExitCodes.Success;
    }

    // A folder without files that a run is made of stands for the runs in its folders.
    private static List<string> Runs(string path)
    {
        if (!Directory.Exists(path)
            || Directory.EnumerateFiles(path).Any(file => !Path.GetFileName(file).StartsWith('.'))
            || Directory.GetDirectories(path) is not { Length: > 0 } folders)
        {
            return [path];
        }

        return folders.Length <= MostRuns
            ? [.. folders.Order(StringComparer.Ordinal)]
            : throw new CliException(
                ExitCodes.BadInput, $"'{path}' holds {folders.Length} runs; at most {MostRuns} are compared");
    }

    private static string Layer(string name, string path)
    {
        if (name.Length == 0)
        {
            return name;
        }

        using var run = new TrajectoryRun(path);
        string[] layers = [.. run.Layers];
        return name == LastLayer ? layers[^1]
            : layers.Contains(name) ? name
            : throw new CliException(
                ExitCodes.BadInput,
                $"'{path}' has no layer '{name}'; it has {string.Join(", ", layers.Take(MostNamed))}"
                + (layers.Length > MostNamed ? " and more" : ""));
    }
}
