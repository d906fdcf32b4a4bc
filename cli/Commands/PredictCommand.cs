using System.CommandLine;
using System.Text.Json.Nodes;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Numerics.Storage.Arrays;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh predict OPERATOR --from X0 --steps N --output OUT</c>: where a state goes.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var command = new Command(
            "predict",
            """
            Predicts with a fitted operator.

            Try:  koopmesh predict op.safetensors --from x0.npy --steps 1000 --output future.npy
            """);
        var arguments = new PredictArguments();
        arguments.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(arguments.Bind(result), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(PredictSettings settings, CancellationToken cancellationToken)
    {
        OutputFile.RequireOther(settings.Output, [settings.Operator, settings.From, settings.Inputs]);
        var start = new PredictionStart(settings);
        await using var file = start.OpenOperator();
        await using var mesh = await MeshConnection.OpenAsync(settings.Endpoint, cancellationToken);
        using var writer = OutputFile.Try(
            settings.Output, () => new NpyWriter(settings.Output, start.Width, settings.Steps, settings.Axis));
        await mesh.Client.Operators.PredictAsync(
            file, settings.Steps, start.Tensors(),
            bytes => OutputFile.Try(settings.Output, () =>
            {
                writer.Write(TensorCodec.View<double>(bytes, bytes.Length / sizeof(double), "states"));
                return true;
            }),
            cancellationToken);
        OutputFile.Try(settings.Output, () =>
        {
            writer.Complete();
            return true;
        });
        await TellAsync(settings, start.Width);
        return ExitCodes.Success;
    }

    private static async Task TellAsync(PredictSettings settings, int width)
    {
        var rows = settings.Axis == SnapshotAxis.Rows;
        var shape = rows ? new JsonArray(settings.Steps, width) : new JsonArray(width, settings.Steps);
        if (settings.Json)
        {
            var summary = new JsonObject
            {
                ["output"] = Path.GetFullPath(settings.Output),
                ["steps"] = settings.Steps,
                ["width"] = width,
                ["snapshots"] = rows ? "rows" : "columns",
                ["shape"] = shape,
            };
            await Console.Out.WriteLineAsync(summary.ToString());
            return;
        }

        new TerminalText(Terminal.Output).WriteLine((
            $"{settings.Output}: {string.Join(" x ", shape)}, "
            + $"{Numbers.Count(settings.Steps)} predicted states of {width} features",
            null));
    }
}
