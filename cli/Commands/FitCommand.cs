using System.CommandLine;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Operator.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh fit X [Y]</c>: a Koopman operator of any data.</summary>
internal static class FitCommand
{
    public static Command Create()
    {
        var command = new Command(
            "fit",
            """
            Fits a Koopman operator to snapshots and shows its eigenvalues. Files are streamed and may be larger than
            memory.

            Try:  koopmesh fit trajectory.npy --dt 0.01
                  koopmesh fit before.npy after.npy --method edmd --dictionary affine
                  koopmesh fit sensors.npz:pressure --snapshots rows --delays 40 --rank energy:0.999
                  koopmesh fit trajectory.npy --bootstrap 200 --output op.safetensors
            """);
        var arguments = new FitArguments();
        arguments.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(arguments.Bind(result), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(FitSettings settings, CancellationToken cancellationToken)
    {
        using var data = new FitData(settings);
        using var output = settings.Output is { } path ? OutputFile.Begin(path, settings.Files) : null;
        await using var mesh = await MeshConnection.OpenAsync(settings.Endpoint, cancellationToken);
        var header = new FitHeader { Options = settings.Options, Data = data.Format, Summary = settings.Summary };
        var progress = new FitProgress(settings.Json ? null : Terminal.Progress, data.Rows);
        var response = await progress.ShowAsync(rows => mesh.Client.Operators.FitAsync(
            header, data.Chunks(), rows, cancellationToken));
        if (output is not null)
        {
            await OutputFile.CompleteAsync(
                output, settings.Output!,
                stream => mesh.Client.Operators.DownloadAsync(response.OperatorId, stream, cancellationToken));
        }

        await TellAsync(settings, data, response);
        return ExitCodes.Success;
    }

    private static async Task TellAsync(FitSettings settings, FitData data, FitResponse response)
    {
        if (settings.Json)
        {
            await Console.Out.WriteAsync(ReportJson.ToJson(response));
            return;
        }

        OperatorTable.Write(Terminal.Output, data.Description, response.Report);
        new TerminalText(Terminal.Output).WriteLines([settings.Output is { } path
            ? ("operator", OperatorTable.Label, path)
            : ("operator", OperatorTable.Label, "not kept; --output FILE keeps it for koopmesh predict")]);
    }
}
