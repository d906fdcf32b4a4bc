using System.CommandLine;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Tensor.V1;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh depth --model MODEL --data ROWS</c>: how many layers a map is worth.</summary>
internal static class DepthCommand
{
    public static Command Create()
    {
        var command = new Command(
            "depth",
            """
            Advises how many near-identity layers a network needs for a map, by the Koopman spectrum of pairs of its
            inputs and outputs. Advice, not a theorem.

            Try:  koopmesh depth --data pairs.npz
                  koopmesh depth --data inputs.npy outputs.npy --delta 0.2 --dictionary affine+poly:2
                  koopmesh depth --model model.onnx --data rows.npy
            """);
        var arguments = new DepthArguments();
        arguments.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(arguments.Bind(result), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(DepthSettings settings, CancellationToken cancellationToken)
    {
        using var pairs = settings.Model is null ? new DepthPairs(settings.Data) : null;
        await using var mesh = await MeshConnection.OpenAsync(settings.Endpoint, cancellationToken);
        var progress = new TrainingProgress(settings.Json ? null : Terminal.Progress);
        var advice = await progress.WaitAsync("fitting", async () => await mesh.Client.Trainings.AdviseDepthAsync(
            settings.Header,
            pairs?.Frames() ?? await MapAsync(mesh.Client, settings, cancellationToken),
            cancellationToken));
        if (settings.Json)
        {
            await Console.Out.WriteAsync(ReportJson.ToJson(advice));
        }
        else
        {
            DepthTable.Write(Terminal.Output, settings, advice);
        }

        return ExitCodes.Success;
    }

    private static async Task<IAsyncEnumerable<TensorFrame>> MapAsync(
        MeshClient client, DepthSettings settings, CancellationToken cancellationToken) => client.Probes.MapAsync(
        new MapRowsRequest
        {
            Model = await client.UploadAsync(settings.Model!, cancellationToken),
            Data = await client.UploadAsync(settings.Data[0], cancellationToken),
            DataOptions = settings.DataOptions,
        },
        cancellationToken);
}
